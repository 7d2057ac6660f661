// Management: values that are kept for rules. Whoever writes one cannot read it back.
import Type from 'typebox';
import Value from 'typebox/value';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { RuleConfigWire } from './rule-config.ts';
import type { RuleConfigStore } from './rule-config-store.ts';

interface Parts {
  readonly stores: { readonly ruleConfigs: RuleConfigStore };
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'rules-configs';
const PLACE = {
  path: '/rules-configs/{key}',
  tag: TAG,
  params: { key: { description: 'Under which name rules will find the value.', example: 'API_KEY' } },
};
const NOUN = 'rule configuration';

/** The endpoints of these values. */
export function createRuleConfigEndpoints({ stores: { ruleConfigs }, changes, clock }: Parts): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/rules-configs',
      tag: TAG,
      summary: 'List the keys under which values are kept for rules',
      scopes: ['read:rules_configs'],
      status: 200,
      handle: async ({ tenant }) => (await ruleConfigs.listKeys(tenant.id)).map((key) => ({ key })),
    }),
    endpoint({
      ...PLACE,
      method: 'PUT',
      summary: 'Keep a value for rules, in place of another one',
      scopes: ['update:rules_configs'],
      body: Type.Pick(RuleConfigWire, ['value'], { additionalProperties: false }),
      example: { body: { value: 'a-key-0123456789' } },
      status: 200,
      async handle(call) {
        const { tenant, body } = call;
        const key = keyOf(call);
        await changes.configure(call, async (sql) => {
          const isNew = await ruleConfigs.save(tenant.id, key, new Secret(body.value), clock.now(), sql);
          const action = isNew ? 'created' : 'updated';
          return { result: undefined, changes: [{ action, noun: NOUN, name: key, members: ['value'] }] };
        });
        // Auth0 repeats the value once, to whoever has just sent it.
        return { key, value: body.value };
      },
    }),
    endpoint({
      ...PLACE,
      method: 'DELETE',
      summary: 'Forget a value',
      scopes: ['delete:rules_configs'],
      status: 204,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const key = keyOf(call);
          if (!(await ruleConfigs.delete(call.tenant.id, key, sql))) throw apiRefusals.missing('rule configuration');
          return { result: undefined, changes: [{ action: 'deleted', noun: NOUN, name: key, members: [] }] };
        }),
    }),
  ];
}

function keyOf({ params }: Call): string {
  const key = params['key'] ?? '';
  if (!Value.Check(RuleConfigWire.properties.key, key))
    throw apiRefusals.invalidUri("'Object didn't pass validation for format key' on property key.");
  return key;
}
