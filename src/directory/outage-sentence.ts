// What there is to say about an outage of a directory, whichever driver it came from.
import type { RefusalReason } from '../error/refusal-reason.ts';
import { adfsWordsOf } from './adfs/adfs-error.ts';
import { azureAdWordsOf } from './azure-ad/azure-ad-error.ts';
import { ldapOutageWords } from './ldap/ldap-outage-words.ts';
import { scriptWordsOf } from './origin/script-words.ts';
import { upstreamWordsOf } from './origin/upstream-error.ts';
import { outageWords } from './probe-steps.ts';

/** Kinds of connections that are asked by LDAP; the others are asked by HTTP. */
const LDAP_STRATEGIES: readonly (string | null)[] = ['ldap', 'ad'];

/** One sentence, for a connection of this strategy; null when the reason is no outage of a directory, or nobody has words for it. */
export function outageSentence(reason: RefusalReason, strategy: string | null): string | null {
  if (reason.startsWith('azure-ad-')) return azureAdWordsOf(reason);
  if (reason.startsWith('adfs-')) return adfsWordsOf(reason);
  if (reason.startsWith('script-')) return scriptWordsOf(reason);
  if (reason.startsWith('upstream-')) return upstreamWordsOf(reason);
  if (!reason.startsWith('directory-')) return null;
  return LDAP_STRATEGIES.includes(strategy) ? ldapOutageWords(reason) : outageWords(reason);
}
