// objectGUID: sixteen bytes, of which the first three groups are stored backwards ([MS-DTYP] 2.3.4).

/** The usual form, such as `3f2504e0-4f89-11d3-9a0c-0305e82c3301`; throws `RangeError` for anything but sixteen bytes. */
export function guidText(bytes: Buffer): string {
  if (bytes.length !== 16) throw new RangeError(`A GUID has 16 bytes, not ${bytes.length}.`);
  const group = (from: number, to: number) => bytes.subarray(from, to).toString('hex');
  const backwards = (from: number, to: number) => Buffer.from(bytes.subarray(from, to).toReversed()).toString('hex');
  return [backwards(0, 4), backwards(4, 6), backwards(6, 8), group(8, 10), group(10, 16)].join('-');
}
