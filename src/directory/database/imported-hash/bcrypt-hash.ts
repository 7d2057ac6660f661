// bcrypt: `$2b$10$...`, also with the prefixes $2a$ and $2y$, which mean the same for passwords that fit.
import bcrypt from 'bcrypt';
import type { CustomPasswordHash } from '../../../user/user.ts';
import { createSalting, encodePassword } from './encoded-bytes.ts';
import { type ImportedHash, UnusableHash } from './imported-hash.ts';

const FORM = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const LEAST_COST = 4;
const MOST_COST = 16;
const MOST_BYTES = 72;

/** Reads one, with what an entry says of salt and encoding beside it; throws `UnusableHash`. */
export function readBcryptHash(text: string, path = '', custom?: CustomPasswordHash): ImportedHash {
  const cost = FORM.exec(text)?.[1];
  if (cost === undefined)
    throw new UnusableHash('The hash must begin with $2a$, $2b$ or $2y$ and have 60 letters.', path);
  if (Number(cost) < LEAST_COST || Number(cost) > MOST_COST) {
    throw new UnusableHash(`The hash must have a cost of ${LEAST_COST} to ${MOST_COST}.`, path);
  }
  const salted = custom?.salt ? createSalting(custom) : (password: Buffer) => password;
  // The library knows $2y$ by its other name only.
  const hash = text.replace(/^\$2y/, '$2b');
  return {
    kind: `bcrypt$${cost}`,
    encode(typed) {
      const password = encodePassword(typed, custom?.password?.encoding);
      const whole = password && salted(password);
      // Security: bcrypt stops at 72 bytes and at NUL; a password it would cut is another password.
      return whole === null || whole.length > MOST_BYTES || whole.includes(0) ? null : whole;
    },
    matches: (whole) => bcrypt.compare(whole, hash),
  };
}
