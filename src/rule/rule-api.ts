// Management: rules. An enabled one runs at the next login.
import Type from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { FIELDS_QUERY, fieldFilter } from '../management/field-filter.ts';
import { PAGE_QUERY, pageReply, windowOf } from '../management/pagination.ts';
import type { Sql } from '../storage/database.ts';
import { RULE_STAGE, type Rule, type RuleId, RuleWire } from './rule.ts';
import { scriptProblem } from './rule-script.ts';
import type { RuleStore } from './rule-store.ts';

interface Parts {
  readonly stores: { readonly rules: RuleStore };
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'rules';
const ID = { id: { description: 'The id of the rule.', example: 'rul_0123456789abcdef' } };
// Auth0: its own tools send null for what they do not know.
const NewRule = Type.Object(
  { ...RuleWire.properties, order: Type.Optional(Type.Union([RuleWire.properties.order, Type.Null()])) },
  { additionalProperties: false },
);
const { stage: _, ...changeable } = NewRule.properties;
const ChangedRule = Type.Partial(Type.Object(changeable), { additionalProperties: false, minProperties: 1 });
const EXAMPLE = {
  name: 'Add department',
  script:
    "function (user, context, callback) {\n  context.idToken['https://example.com/department'] = 'sales';\n  callback(null, user, context);\n}",
  order: 1,
  enabled: true,
};

/** The endpoints of rules. */
export function createRuleEndpoints({ stores: { rules }, changes, clock }: Parts): Endpoint[] {
  async function getRule({ tenant, params }: Call, sql?: Sql): Promise<Rule> {
    const rule = await rules.findById(tenant.id, params['id'] ?? '', sql);
    if (!rule) throw apiRefusals.missing('rule');
    return rule;
  }

  /** Writes a rule that is well-formed and in nobody's way; throws `ApiError` for another one. */
  async function save({ tenant }: Call, rule: Rule, sql: Sql): Promise<void> {
    const problem = scriptProblem(rule.script);
    if (problem !== null) throw apiRefusals.invalidBody(`'${problem}' on property script.`);
    for (const [member, other] of [
      ['name', await rules.findByName(tenant.id, rule.name, sql)],
      ['order', await rules.findByOrder(tenant.id, rule.order, sql)],
    ] as const) {
      if (other && other.id !== rule.id) {
        throw apiRefusals.conflict(`A rule with the same ${member} already exists`, 'rule_conflict');
      }
    }
    await rules.save(tenant.id, rule, clock.now(), sql);
  }

  return [
    endpoint({
      method: 'GET',
      path: '/rules',
      tag: TAG,
      summary: 'List rules in their order',
      scopes: ['read:rules'],
      query: Type.Object(
        { ...PAGE_QUERY, ...FIELDS_QUERY, enabled: Type.Optional(Type.Boolean()) },
        { additionalProperties: false },
      ),
      example: { query: { enabled: 'true', fields: 'id,name,order' } },
      status: 200,
      async handle({ query, tenant }) {
        const { enabled } = query;
        const filter = enabled === undefined ? {} : { enabled };
        const window = windowOf(query);
        const page = await rules.list(tenant.id, filter, window);
        const shown = page.map(showRule).map(fieldFilter(query));
        return pageReply(query, 'rules', shown, { ...window, total: await rules.count(tenant.id, filter) });
      },
    }),
    endpoint({
      method: 'POST',
      path: '/rules',
      tag: TAG,
      summary: 'Create a rule',
      scopes: ['create:rules'],
      body: NewRule,
      example: { body: EXAMPLE },
      status: 201,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { body, tenant } = call;
          const { name, script, enabled = true } = body;
          const order = body.order ?? (await rules.highestOrder(tenant.id, sql)) + 1;
          const rule: Rule = { id: `rul_${randomAlphanumeric(16)}` as RuleId, name, script, order, enabled };
          await save(call, rule, sql);
          const change = { action: 'created', noun: 'rule', name, members: Object.keys(body) } as const;
          return { result: showRule(rule), changes: [change] };
        }),
    }),
    endpoint({
      method: 'GET',
      path: '/rules/{id}',
      tag: TAG,
      summary: 'Show a rule',
      scopes: ['read:rules'],
      params: ID,
      query: Type.Object(FIELDS_QUERY, { additionalProperties: false }),
      status: 200,
      handle: async (call) => fieldFilter(call.query)(showRule(await getRule(call))),
    }),
    endpoint({
      method: 'PATCH',
      path: '/rules/{id}',
      tag: TAG,
      summary: 'Change a rule; an `order` of null leaves it where it is',
      scopes: ['update:rules'],
      params: ID,
      body: ChangedRule,
      example: { body: { script: EXAMPLE.script, order: 2 } },
      status: 200,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { body } = call;
          const stored = await getRule(call, sql);
          const rule: Rule = { ...stored, ...body, order: body.order ?? stored.order };
          await save(call, rule, sql);
          const change = { action: 'updated', noun: 'rule', name: rule.name, members: Object.keys(body) } as const;
          return { result: showRule(rule), changes: [change] };
        }),
    }),
    endpoint({
      method: 'DELETE',
      path: '/rules/{id}',
      tag: TAG,
      summary: 'Delete a rule',
      scopes: ['delete:rules'],
      params: ID,
      status: 204,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { id, name } = await getRule(call, sql);
          await rules.delete(call.tenant.id, id, sql);
          return { result: undefined, changes: [{ action: 'deleted', noun: 'rule', name, members: [] }] };
        }),
    }),
  ];
}

function showRule({ id, name, script, order, enabled }: Rule): object {
  return { id, name, script, order, enabled, stage: RULE_STAGE };
}
