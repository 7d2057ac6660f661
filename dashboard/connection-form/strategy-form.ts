// The guided form of each kind of connection that checks passwords.
import { activeDirectoryForm } from './active-directory-fields.ts';
import { adfsForm } from './adfs-fields.ts';
import { azureAdForm } from './azure-ad-fields.ts';
import { databaseForm } from './database-fields.ts';
import { ldapForm } from './ldap-fields.ts';
import type { OptionField, StrategyForm } from './option-field.ts';

const FORMS: Readonly<Record<string, StrategyForm>> = {
  auth0: databaseForm,
  ldap: ldapForm,
  ad: activeDirectoryForm,
  waad: azureAdForm,
  adfs: adfsForm,
};

/** The form of a strategy; null for one that checks no passwords. */
export function formOf(strategy: string): StrategyForm | null {
  return Object.hasOwn(FORMS, strategy) ? (FORMS[strategy] ?? null) : null;
}

/** Every field of a form. */
export function fieldsOf({ groups }: StrategyForm): readonly OptionField[] {
  return groups.flatMap(({ fields }) => fields);
}
