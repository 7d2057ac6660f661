// The one place where a value enters a filter or a distinguished name. Templates come from the operator, values from whoever
// logs in; a value stays one value, whatever is in it (RFC 4515 section 3, RFC 4514 section 2.4).

/** The filter that this template makes; `{0}` stands for the first value, `{1}` for the second. */
export function filterOf(template: string, ...values: readonly string[]): string {
  return filled(template, values.map(escapeFilterValue));
}

/** The distinguished name that this template makes; `{0}` stands for the value. */
export function distinguishedNameOf(template: string, value: string): string {
  return filled(template, [escapeNameValue(value)]);
}

/** The value of the first part of a distinguished name, such as `staff` of `cn=staff,dc=example,dc=com`. */
export function firstValueOf(distinguishedName: string): string {
  const [, escaped = ''] = /^[^=]*=((?:\\.|[^\\,+])*)/su.exec(distinguishedName) ?? [];
  // Bytes in hexadecimal are UTF-8, several of them one character.
  return escaped.replace(/(?:\\[0-9a-f]{2})+|\\(.)/giu, (pair: string, single: string | undefined) =>
    single === undefined ? Buffer.from(pair.replaceAll('\\', ''), 'hex').toString('utf8') : single,
  );
}

/** In one go: a value that looks like a placeholder is not filled again. */
function filled(template: string, values: readonly string[]): string {
  return template.replace(/\{([01])\}/g, (placeholder, index: string) => values[Number(index)] ?? placeholder);
}

function escapeFilterValue(value: string): string {
  return value.replace(/[\\*()\0]/g, hexadecimal);
}

/** More than must be: whatever is no letter and no digit of ASCII, and what is outside of ASCII stays as it is. */
function escapeNameValue(value: string): string {
  return value.replace(/[^0-9A-Za-z\u0080-\uffff]/g, hexadecimal);
}

function hexadecimal(character: string): string {
  return `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
