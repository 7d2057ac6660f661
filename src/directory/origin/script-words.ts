// A sentence for the operator about each way in which a custom database script can fail. Called by outage-sentence.ts.

const WORDS: Readonly<Record<string, string>> = {
  'script-error': 'The script login called back with an error that is none about name or password.',
  'script-threw': 'The script login threw an error.',
  'script-sandbox': 'No process could be started for the script login: look at the memory and limits of the machine.',
  'script-processor-time': 'The script login needed more than 200 ms of processor time.',
  'script-memory': 'The script login needed more memory than there is.',
  'script-silent': 'The script login ended without calling back.',
  'script-large-result': 'The script login called back with more than 256 KiB.',
  'script-killed': 'The script login took longer than a second, or than five where hosts are granted to it.',
  'script-broken': 'The script login brought its process down.',
  'script-without-user': 'The script login called back with neither an error nor a user.',
  'script-without-id': 'The script login called back with a user whose user_id cannot be part of one here.',
  'script-second-factor': 'The script login gave mfa_factors, and this version has no second factor.',
};

/** The sentence about this reason; null when there is none. */
export function scriptWordsOf(reason: string): string | null {
  return Object.hasOwn(WORDS, reason) ? (WORDS[reason] ?? null) : null;
}
