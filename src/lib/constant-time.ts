// Comparing secrets so that the time it takes tells nothing about where they differ.
import { hash, timingSafeEqual } from 'node:crypto';

/** True when both strings are equal; the work done depends on neither's content, nor on whether their lengths match. */
export function equalInConstantTime(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
