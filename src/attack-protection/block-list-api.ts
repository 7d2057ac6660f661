// Management: everything that is blocked now.
import Type from 'typebox';
import type { SteadyTime } from '../lib/steady-clock.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import { notRead } from '../management/search-reply.ts';
import type { BlockStore } from './block-store.ts';

interface Parts {
  readonly stores: { readonly blocks: BlockStore };
  readonly steadyTime: SteadyTime;
}

const USUAL = 50;
const MOST = 100;

/** The endpoint of all blocks. */
export function createBlockListEndpoints({ stores, steadyTime }: Parts): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/attack-protection/blocks',
      tag: 'attack-protection',
      summary: 'List what is blocked now, the longest first (Gatehouse’s own)',
      scopes: ['read:attack_protection'],
      query: Type.Object(
        {
          take: Type.Optional(
            Type.Integer({ minimum: 1, maximum: MOST, description: `How many at the most; ${USUAL} when left out.` }),
          ),
        },
        { additionalProperties: false },
      ),
      example: { query: { take: '10' } },
      status: 200,
      async handle({ tenant, query }) {
        const blocks = await stores.blocks.listBounded(tenant.id, steadyTime.now(), query.take ?? USUAL);
        if (!Array.isArray(blocks)) throw notRead(blocks);
        return {
          blocks: blocks.map(({ kind, userId, address, until }) => ({
            kind,
            user_id: userId,
            ip: address,
            until: new Date(until).toISOString(),
          })),
        };
      },
    }),
  ];
}
