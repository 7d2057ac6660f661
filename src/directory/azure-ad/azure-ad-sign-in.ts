// The steps of a password sign-in with Azure AD, each on its own: what the tenant says of itself, the token request, the check
// of what came back, and the account in it. A login takes them all; a probe says how each one went.

import type { AzureAdOptions } from '../../connection/azure-ad-options.ts';
import type { OutageReason } from '../../error/refusal-reason.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DirectoryAccount, LoginAttempt } from '../directory.ts';
import { createOpenIdProvider, DescriptionRefused } from '../openid-provider.ts';
import { formOf, jsonOf, requireServing, type UpstreamSend } from '../upstream-http.ts';
import { type AzureAdError, azureAdErrorOf } from './azure-ad-error.ts';
import { type GraphReader, PROFILE_ATTRIBUTES, readGroups, readUser } from './azure-ad-graph.ts';
import { profileOfClaims, profileOfUser, USER_ATTRIBUTES } from './azure-ad-profile.ts';

type Json = Readonly<Record<string, unknown>>;

/** Azure AD gave an error in the place of what was asked for. */
export class AzureAdRefused extends Error {
  override readonly name = 'AzureAdRefused';
  readonly error: AzureAdError;

  constructor(error: AzureAdError) {
    super(`Azure AD answered with error ${error.code ?? 'without a number'}.`);
    this.error = error;
  }
}

/** What came back is not to be believed, or lacks something; the reason is for the log. */
export class AnswerUnusable extends Error {
  override readonly name = 'AnswerUnusable';
  readonly reason: OutageReason;

  constructor(reason: string) {
    super(`An answer of Azure AD is of no use: ${reason}.`);
    this.reason = `azure-ad-${reason}`;
  }
}

/** All of them throw `AzureAdRefused`, `AnswerUnusable`, `GraphRefused` and `UpstreamOutage`. */
export interface AzureAdSignIn {
  /** Learns issuer, addresses and keys of the tenant. */
  describe(send: UpstreamSend): Promise<void>;
  /** A token of the application itself for Graph; takes its secret. */
  requestOwnToken(send: UpstreamSend): Promise<string>;
  /** The tokens that Azure AD gives for this password. */
  requestTokens(send: UpstreamSend, attempt: LoginAttempt): Promise<Json>;
  /** The claims of the token that says who it is. */
  verify(send: UpstreamSend, tokens: Json): Promise<Json>;
  /** The account, with what Graph adds where the options ask for it. */
  readAccount(send: UpstreamSend, tokens: Json, claims: Json): Promise<DirectoryAccount>;
  /** The account of somebody whose password is right and who got no token for want of a second factor. */
  readAccountWithoutToken(send: UpstreamSend, attempt: LoginAttempt): Promise<DirectoryAccount>;
}

/** Builds the steps for one connection. */
export function createAzureAdSignIn(options: AzureAdOptions, clock: Clock): AzureAdSignIn {
  const { clientId, clientSecret, api, loginUrl, graphUrl, groups, readsProfile } = options;
  const isV1 = api === 'v1.0';
  const base = `${loginUrl}/${options.tenantDomain}/${isV1 ? '' : 'v2.0/'}`;
  const provider = createOpenIdProvider({ descriptionUrl: `${base}.well-known/openid-configuration`, clock });

  async function descriptionOf(send: UpstreamSend) {
    return provider.describe(send).catch((error: unknown) => {
      if (!(error instanceof DescriptionRefused)) throw error;
      throw new AzureAdRefused(azureAdErrorOf(jsonOf(error.response)));
    });
  }

  async function postForTokens(send: UpstreamSend, fields: Readonly<Record<string, string>>): Promise<Json> {
    const { tokenEndpoint: url } = await descriptionOf(send);
    const secret = clientSecret === null ? {} : { client_secret: clientSecret.reveal() };
    const form = formOf({ client_id: clientId, ...secret, ...fields });
    const response = await send({ method: 'POST', url, ...form });
    requireServing(response);
    const answer = jsonOf(response);
    if (response.status === 200) return answer;
    throw new AzureAdRefused(azureAdErrorOf(answer));
  }

  async function requestOwnToken(send: UpstreamSend): Promise<string> {
    const target = isV1 ? { resource: graphUrl } : { scope: `${graphUrl}/.default` };
    return tokenOf(await postForTokens(send, { grant_type: 'client_credentials', ...target }), 'access_token');
  }

  /** What the application asks for: who the user is, and to read in Graph what the options need from there. */
  function scope(): string {
    const permissions = [readsProfile && 'User.Read', groups !== 'none' && 'GroupMember.Read.All'];
    const ofGraph = permissions.filter((name) => name !== false).map((name) => `${graphUrl}/${name}`);
    return ['openid', 'profile', 'email', ...ofGraph].join(' ');
  }

  /** The old endpoint gives a token for one resource, here ourselves; that for Graph is asked for with the refresh token. */
  async function graphReader(send: UpstreamSend, tokens: Json): Promise<GraphReader> {
    if (!isV1) return { send, token: tokenOf(tokens, 'access_token'), subject: 'me' };
    const refresh = {
      grant_type: 'refresh_token',
      refresh_token: tokenOf(tokens, 'refresh_token'),
      resource: graphUrl,
    };
    return { send, token: tokenOf(await postForTokens(send, refresh), 'access_token'), subject: 'me' };
  }

  async function groupsOf(claims: Json, reader: () => Promise<GraphReader>): Promise<readonly string[] | null> {
    if (groups === 'none') return null;
    const listed = claims['groups'];
    if (Array.isArray(listed)) {
      return listed.filter((group) => typeof group === 'string').slice(0, options.mostGroups);
    }
    // Too many for a token: then it says where else they are, and as the token would have had their ids, so do we.
    return readGroups(await reader(), options, hasTooManyGroups(claims) ? 'id' : 'displayName');
  }

  return {
    async describe(send) {
      await descriptionOf(send);
    },
    requestOwnToken,
    requestTokens(send, { identifier, password }) {
      const who = { grant_type: 'password', username: identifier, password: password.reveal() };
      return postForTokens(send, isV1 ? { ...who, resource: clientId, scope: 'openid' } : { ...who, scope: scope() });
    },
    async verify(send, tokens) {
      const token = tokenOf(tokens, isV1 ? 'access_token' : 'id_token');
      const verdict = await provider.verify(send, token, [clientId]);
      if (verdict.valid) return verdict.claims;
      throw new AnswerUnusable(`token-${verdict.reason}`);
    },
    async readAccount(send, tokens, claims) {
      let reader: Promise<GraphReader> | null = null;
      const readerOnce = () => {
        reader ??= graphReader(send, tokens);
        return reader;
      };
      const fromGraph = readsProfile ? await readUser(await readerOnce(), options, PROFILE_ATTRIBUTES) : null;
      return {
        identityId: requireId(claims[options.userIdAttribute]),
        profile: profileOfClaims(claims, fromGraph, options),
        groups: await groupsOf(claims, readerOnce),
      };
    },
    async readAccountWithoutToken(send, { identifier }) {
      if (clientSecret === null || options.userIdAttribute !== 'oid') {
        throw new AnswerUnusable('second-factor-ignored-needs-client-secret-and-oid');
      }
      const token = await requestOwnToken(send);
      const subject = `users/${encodeURIComponent(identifier)}`;
      const user = await readUser({ send, token, subject }, options, [...USER_ATTRIBUTES, ...PROFILE_ATTRIBUTES]);
      // Security: the password was checked for the name that was typed; whoever else Graph finds by it did not log in.
      const isSame = String(user['userPrincipalName']).toLowerCase() === identifier.toLowerCase();
      if (!isSame || user['accountEnabled'] !== true) throw new AnswerUnusable('user-not-certain');
      const identityId = requireId(user['id']);
      const reader = async () => ({ send, token, subject: `users/${encodeURIComponent(identityId)}` });
      return { identityId, profile: profileOfUser(user, options), groups: await groupsOf({}, reader) };
    },
  };
}

function tokenOf(tokens: Json, name: string): string {
  const token = tokens[name];
  if (typeof token === 'string' && token !== '') return token;
  throw new AnswerUnusable(`answer-without-${name.replace('_', '-')}`);
}

function requireId(id: unknown): string {
  if (typeof id === 'string' && /^[\x21-\x7e]{1,128}$/.test(id)) return id;
  throw new AnswerUnusable('token-without-user-id');
}

function hasTooManyGroups(claims: Json): boolean {
  const elsewhere = claims['_claim_names'];
  return claims['hasgroups'] === true || (typeof elsewhere === 'object' && elsewhere !== null && 'groups' in elsewhere);
}
