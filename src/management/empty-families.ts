// The families of the Management API of which this version has nothing, in one table: Auth0's tools ask for all of them before
// they export or import a tenant. Called by management-endpoints.ts.
import {
  bare,
  counted,
  type EmptyList,
  emptyListEndpoint,
  fixedSettingsEndpoints,
  paged,
  pagedOrWalked,
  refusedEndpoint,
  walked,
  wrapped,
} from './absent-family.ts';
import type { Endpoint } from './endpoint.ts';

const PAGES = 'login pages';

/** The endpoints of what this version has nothing of. */
export function createEmptyFamilyEndpoints(): Endpoint[] {
  return [
    emptyList('/actions/modules', 'action modules', 'actions', counted('modules')),
    emptyList('/branding/phone/providers', 'phone providers', 'phone_providers', wrapped('providers', ['disabled'])),
    emptyList('/branding/phone/templates', 'phone templates', 'phone_templates', wrapped('templates', ['disabled'])),
    emptyList('/connection-profiles', 'connection profiles', 'connection_profiles', walked('connection_profiles')),
    emptyList(
      '/connections-directory-provisionings',
      'directory provisioning',
      'directory_provisionings',
      walked('directory_provisionings'),
      null,
    ),
    emptyList('/custom-domains', 'custom domains', 'custom_domains', bare(['q', 'fields', 'include_fields', 'sort'])),
    emptyList('/event-streams', 'event streams', 'event_streams', walked('eventStreams')),
    emptyList('/flows', 'flows', 'flows', paged('flows', ['hydrate', 'synchronous'])),
    emptyList('/flows/vault/connections', 'vault connections', 'flows_vault_connections', paged('connections')),
    emptyList('/forms', 'forms', 'forms', paged('forms', ['hydrate'])),
    emptyList('/hooks', 'hooks', 'hooks', paged('hooks', ['enabled', 'fields', 'triggerId'])),
    emptyList('/network-acls', 'network ACLs', 'network_acls', paged('network_acls')),
    emptyList(
      '/organizations',
      'organizations',
      'organizations',
      pagedOrWalked('organizations', ['sort', 'include_client_association_for']),
    ),
    emptyList(
      '/prompts/rendering',
      PAGES,
      'prompts',
      paged('configs', ['fields', 'include_fields', 'prompt', 'screen', 'rendering_mode']),
      'PATCH',
    ),
    emptyList(
      '/rate-limit-policies',
      'rate limit policies',
      'rate_limit_policies',
      walked('rate_limit_policies', ['resource', 'consumer', 'consumer_selector']),
    ),
    emptyList(
      '/self-service-profiles',
      'self-service profiles',
      'self_service_profiles',
      paged('self_service_profiles'),
    ),
    emptyList(
      '/token-exchange-profiles',
      'token exchange profiles',
      'token_exchange_profiles',
      walked('token_exchange_profiles'),
    ),
    emptyList(
      '/user-attribute-profiles',
      'user attribute profiles',
      'user_attribute_profiles',
      walked('user_attribute_profiles'),
    ),
    fixedSettings('PATCH', '/attack-protection/bot-detection', 'bot detection', 'attack_protection', {
      bot_detection_level: 'medium',
      challenge_password_policy: 'never',
      challenge_passwordless_policy: 'never',
      challenge_password_reset_policy: 'never',
      allowlist: [],
      monitoring_mode_enabled: false,
    }),
    fixedSettings('PATCH', '/attack-protection/captcha', 'CAPTCHA', 'attack_protection', {
      active_provider_id: 'auth_challenge',
      simple_captcha: {},
      auth_challenge: { fail_open: false },
      recaptcha_v2: { site_key: '' },
      recaptcha_enterprise: { site_key: '', project_id: '' },
      hcaptcha: { site_key: '' },
      friendly_captcha: { site_key: '' },
      arkose: { site_key: '', client_subdomain: 'client-api', verify_subdomain: 'verify-api', fail_open: false },
    }),
    fixedSettings('PATCH', '/branding', PAGES, 'branding', {}),
    fixedSettings('PATCH', '/prompts', PAGES, 'prompts', {
      universal_login_experience: 'new',
      identifier_first: true,
      webauthn_platform_first_factor: false,
    }),
    fixedSettings('PUT', '/prompts/{prompt}/custom-text/{language}', PAGES, 'prompts', {}),
    fixedSettings('PUT', '/prompts/{prompt}/partials', PAGES, 'prompts', {}),
    fixedSettings('PATCH', '/risk-assessments/settings', 'risk assessments', 'attack_protection', { enabled: false }),
    fixedSettings('PATCH', '/risk-assessments/settings/new-device', 'risk assessments', 'attack_protection', {
      remember_for: 30,
    }),
    fixedSettings('PATCH', '/supplemental-signals', 'supplemental signals', 'attack_protection', {
      akamai_enabled: false,
    }),
    refused('POST', '/branding/themes', PAGES, 'create:branding'),
    refused('PUT', '/branding/templates/universal-login', PAGES, 'update:branding'),
  ].flat();
}

/** A list with how its things would be made; `scopes` is without its verb. */
function emptyList(
  path: string,
  lacks: string,
  scopes: string,
  list: EmptyList,
  write: 'POST' | 'PATCH' | null = 'POST',
): Endpoint[] {
  const reading = emptyListEndpoint({ ...placeOf(path), lacks, scopes: [`read:${scopes}`], list });
  if (write === null) return [reading];
  return [reading, ...refused(write, path, lacks, `${write === 'POST' ? 'create' : 'update'}:${scopes}`)];
}

/** Settings as Auth0 has them where nobody changed them. */
function fixedSettings(
  method: 'PATCH' | 'PUT',
  path: string,
  lacks: string,
  scopes: string,
  value: object,
): Endpoint[] {
  return fixedSettingsEndpoints({ ...placeOf(path), method, lacks, scopes, value });
}

function refused(method: 'POST' | 'PATCH' | 'PUT', path: string, lacks: string, scope: string): Endpoint[] {
  return [refusedEndpoint({ ...placeOf(path), method, lacks, scopes: [scope] })];
}

const PARAMS: Readonly<Record<string, { description: string; example: string }>> = {
  prompt: { description: 'A page of the login.', example: 'login' },
  language: { description: 'A language tag.', example: 'en' },
};

/** The document groups these endpoints by the first step of their path. */
function placeOf(path: string) {
  const params = Object.fromEntries(Object.entries(PARAMS).filter(([name]) => path.includes(`{${name}}`)));
  return { path, tag: path.split('/')[1] ?? '', ...(Object.keys(params).length === 0 ? {} : { params }) };
}
