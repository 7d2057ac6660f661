// A value that must not turn up anywhere, in all the forms in which it could.

/** Forms of a secret text: plain, its first eight characters, base64 at each alignment, hexadecimal, percent-encoded. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const aligned = [0, 1, 2].flatMap((shift) => {
    // The characters in the middle do not depend on what stands before and behind.
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const middle = encoded.slice(shift === 0 ? 0 : shift + 1, -2);
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = bytes.toString('hex');
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return [
    ...new Set([
      secret,
      secret.slice(0, 8),
      ...aligned,
      hex,
      hex.toUpperCase(),
      percent,
      percent.toUpperCase(),
      encodeURIComponent(secret),
      new URLSearchParams({ v: secret }).toString().slice(2),
      JSON.stringify(secret).slice(1, -1),
      [...secret].toReversed().join(''),
    ]),
  ];
}

/** The forms of these secrets that stand in the text, each with the name of its secret. */
export function findSecrets(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret)
      .filter((form) => text.includes(form))
      .map((form) => `${name}: ${form}`),
  );
}
