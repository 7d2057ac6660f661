// Texts and bytes for property tests of parsers, and how many of them: a fault run takes many more than `npm test`.
import * as fc from 'fast-check';
import { countOf } from '../../scripts/faults/repetition.ts';

/** What a fault run calls it. */
export const INPUTS = 'inputs for each parser';
export const EACH_INPUT = { numRuns: countOf(INPUTS) };
/** What costs a hundred times as much is tried a tenth as often. */
export const FEWER_INPUTS = { numRuns: countOf(INPUTS) / 10 };

/** Any characters at all. */
export const anyText = fc.string({ unit: 'binary', maxLength: 120 });
/** Texts of these characters: those that mean something to the parser. */
export const textOf = (letters: string, maxLength = 60) => fc.string({ unit: fc.constantFrom(...letters), maxLength });
export const anyBytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
