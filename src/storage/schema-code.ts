// The tables of customer code: rules, the values that are kept for them, and actions. Part of schema.ts.
import type { Flag } from './flag.ts';

export interface RulesTable {
  tenant_id: string;
  id: string;
  name: string;
  script: string;
  /** Rules run from the lowest to the highest. */
  position: number;
  enabled: Flag;
  created_at: number;
  updated_at: number;
}

export interface RuleConfigsTable {
  tenant_id: string;
  key: string;
  value_sealed: string;
  updated_at: number;
}

/** What an action and a version of it are made of. */
interface ActionContentColumns {
  code: string;
  dependencies: string;
  runtime: string;
  trigger_id: string;
  trigger_version: string;
  /** A JSON list of names and values. */
  secrets_sealed: string;
}

export interface ActionsTable extends ActionContentColumns {
  tenant_id: string;
  id: string;
  name: string;
  /** Null before the first time that it was deployed. */
  deployed_version_id: string | null;
  created_at: number;
  updated_at: number;
}

/** An action that runs at a trigger. */
export interface ActionBindingsTable {
  tenant_id: string;
  id: string;
  trigger_id: string;
  /** Actions run from the lowest to the highest. */
  position: number;
  action_id: string;
  display_name: string;
  created_at: number;
  updated_at: number;
}

export interface ActionVersionsTable extends ActionContentColumns {
  tenant_id: string;
  action_id: string;
  id: string;
  number: number;
  created_at: number;
}
