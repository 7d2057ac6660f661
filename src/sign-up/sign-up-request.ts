// One request to sign up, parsed and typed. Called by oauth/sign-up-endpoint.ts.
import Type, { type Static } from 'typebox';
import Compile from 'typebox/compile';
import { refusals } from '../error/oauth-error.ts';
import { signUpRefusals } from '../error/sign-up-error.ts';
import { Secret } from '../lib/secret.ts';
import { UserWire } from '../user/user.ts';

const { properties } = UserWire;

/** Auth0's bounds; PostgreSQL takes no NUL in a text. */
const UserMetadata = Type.Record(
  Type.String({ pattern: '^[^\\u0000]{1,100}$' }),
  Type.String({ pattern: '^[^\\u0000]*$', maxLength: 500 }),
  { maxProperties: 10, additionalProperties: false },
);

/**
 * What people may say of themselves. Security: a closed list. Nobody who signs up says that an address is verified, sets
 * application metadata, or chooses a user id.
 */
const Person = Type.Object({
  email: properties.email,
  username: properties.username,
  phone_number: properties.phone_number,
  given_name: properties.given_name,
  family_name: properties.family_name,
  name: properties.name,
  nickname: properties.nickname,
  picture: properties.picture,
  user_metadata: Type.Optional(UserMetadata),
});
/** In the words of the wire. */
export type SignUpPerson = Static<typeof Person>;

/** A request that was read. */
export interface SignUpRequest {
  readonly clientId: string;
  readonly connection: string;
  readonly person: SignUpPerson;
  readonly password: Secret;
}

/** Parameters that are not the person's, with the most bytes each may have. */
const PARAMETER_LIMITS: ReadonlyMap<string, number> = new Map([
  ['client_id', 256],
  ['connection', 256],
  ['password', 1024],
]);
const MEMBERS = Object.keys(Person.properties);
const person = Compile(Person);

/** Names of the parameters that this endpoint knows; anything else is ignored. */
export const SIGN_UP_PARAMETERS: ReadonlySet<string> = new Set([...PARAMETER_LIMITS.keys(), ...MEMBERS]);
/** Those of them that are objects. */
export const SIGN_UP_OBJECTS: ReadonlySet<string> = new Set(['user_metadata']);

/** What is wrong with a member of the person. */
const FORMS: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address',
  username: 'must have neither blanks nor @, and at most 128 characters',
  phone_number: 'must be + and 5 to 15 digits',
  picture: 'must be the http address of a picture',
  user_metadata: 'must be an object of at most 10 texts of up to 500 characters, with names of up to 100',
};

/** Types the parameters; throws the refusal for what is missing, too long, or of no use. */
export function readSignUpRequest(parameters: ReadonlyMap<string, string>): SignUpRequest {
  const required = (name: string): string => {
    const value = parameters.get(name);
    if (value === undefined) throw refusals.missingParameter(name);
    if (Buffer.byteLength(value) > (PARAMETER_LIMITS.get(name) ?? 0)) throw refusals.tooLong(name);
    return value;
  };
  const clientId = required('client_id');
  const connection = required('connection');
  const password = new Secret(required('password'));
  for (const [name, value] of parameters) if (name !== 'password') requireText(name, value);
  return { clientId, connection, person: readPerson(parameters), password };
}

/** Security: what people say of themselves comes back in headers, mails and logs. */
function requireText(name: string, value: string): void {
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) throw signUpRefusals.unusable(name, 'must not contain control characters');
}

function readPerson(parameters: ReadonlyMap<string, string>): SignUpPerson {
  const said = Object.fromEntries(
    MEMBERS.flatMap((name): [string, unknown][] => {
      const value = parameters.get(name);
      if (value === undefined) return [];
      return [[name, SIGN_UP_OBJECTS.has(name) ? readObject(name, value) : value]];
    }),
  );
  if (person.Check(said)) return said;
  const [wrong = ''] = person.Errors(said).map(({ instancePath }) => instancePath.split('/')[1]);
  throw signUpRefusals.unusable(wrong, FORMS[wrong] ?? 'must have 1 to 300 characters');
}

function readObject(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw signUpRefusals.unusable(name, FORMS[name] ?? '');
  }
}
