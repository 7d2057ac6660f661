// Members given on the command line: `--set member=value` for what everybody may see, standard input or the environment for
// what nobody should.
import { ConfigurationError } from '../../config/load-config.ts';
import { type Invocation, listFlag } from '../command.ts';
import type { Entry } from './noun.ts';

// Security: every user of a machine sees its command lines, and shells keep them.
const SECRET_MEMBER =
  /(^|[._])(secret|password|password_hash|client_secret|signing_secret|bind_password)$|^custom_password_hash\./;

interface Schema {
  readonly type?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The entry with the members of the flags; an empty value takes a member away. */
export async function withMembers(invocation: Invocation, schema: object, entry: Entry): Promise<Entry> {
  let changed: Entry = entry;
  for (const one of listFlag(invocation, 'set')) {
    const [member, value] = split(one, '--set member=value');
    if (SECRET_MEMBER.test(member)) {
      throw new ConfigurationError(
        `${member} is a secret, and command lines are seen by others. Give it on standard input with \`--stdin ${member}\`, or name an environment variable with \`--env ${member}=NAME\`.`,
      );
    }
    changed = withMember(changed, member.split('.'), valueOf(schema, member, value));
  }
  const { environment } = invocation.terminal;
  for (const one of listFlag(invocation, 'env')) {
    const [member, name] = split(one, '--env member=NAME');
    const value = environment[name];
    if (value === undefined) throw new ConfigurationError(`The environment has no ${name}, which --env names.`);
    changed = withMember(changed, member.split('.'), valueOf(schema, member, value));
  }
  const fromInput = invocation.flags['stdin'];
  if (typeof fromInput === 'string') {
    const value = await invocation.terminal.readInput();
    if (value === '') throw new ConfigurationError(`There is nothing on standard input for ${fromInput}.`);
    changed = withMember(changed, fromInput.split('.'), valueOf(schema, fromInput, value));
  }
  return changed;
}

function split(text: string, form: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new ConfigurationError(`Write ${form}, and not ${text}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function withMember(entry: Entry, [first = '', ...rest]: readonly string[], value: unknown): Entry {
  const { [first]: old, ...others } = entry;
  if (rest.length === 0) return value === undefined ? others : { ...entry, [first]: value };
  const inner = typeof old === 'object' && old !== null && !Array.isArray(old) ? (old as Entry) : {};
  return { ...entry, [first]: withMember(inner, rest, value) };
}

/** The text as the schema wants it; what does not fit stays text, and the schema says what is wrong with it. */
function valueOf(schema: object, member: string, text: string): unknown {
  if (text === '') return undefined;
  let at: Schema | undefined = schema;
  let isFree = false;
  for (const step of member.split('.')) {
    isFree ||= at?.type === 'object' && at.properties === undefined;
    at = at?.properties?.[step];
  }
  switch (at?.type ?? 'unknown') {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'integer':
    case 'number':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'array':
      return text.startsWith('[')
        ? parsed(member, text)
        : text.split(',').map((item) => itemOf(at?.items, item.trim()));
    case 'object':
      return parsed(member, text);
    default:
      return isFree ? looseValue(text) : text;
  }
}

/** `read:orders` stands for the scope of that value. */
function itemOf(items: Schema | undefined, text: string): unknown {
  return items?.type === 'object' && items.properties?.['value'] ? { value: text } : text;
}

function parsed(member: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ConfigurationError(`${member} must be written as JSON.`, { cause: error });
  }
}

/** Inside metadata: JSON where it is some, text otherwise. */
function looseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
