// A connection, as the pages about it know it.
import type { OptionValues } from './connection-form/option-field.ts';

/** A connection as the API prints it; secrets are not among its options. */
export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  readonly options: OptionValues;
  readonly realms: readonly string[];
  readonly is_domain_connection: boolean;
  readonly enabled_clients: readonly string[];
}
