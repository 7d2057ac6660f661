// Who a mail is from, as people write it (RFC 5322 3.4, without its rarer forms).

/** `Name <address>`, or an address alone, taken apart; null for anything else. */
export function readMailbox(text: string): { readonly name: string; readonly address: string } | null {
  const [, name = '', angled] = /^([^<>]*)<([^<>]+)>$/.exec(text) ?? [];
  const address = angled ?? text;
  if (!/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/.test(address)) return null;
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address };
}
