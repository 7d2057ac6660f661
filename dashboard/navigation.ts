// The pages that the dashboard leads to, in the order of its menu.
import {
  IconActivityHeartbeat,
  IconApi,
  IconApps,
  IconBolt,
  IconCode,
  IconFileText,
  IconHome,
  IconKey,
  IconPlugConnected,
  IconSettings,
  IconShieldLock,
  IconTerminal2,
  IconUserShield,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

/** An entry of the menu. */
export interface MenuEntry {
  readonly path: string;
  readonly label: string;
  /** The beginning of other addresses that belong to it. */
  readonly also?: string;
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
}

/** The menu. */
export const menu: readonly MenuEntry[] = [
  { path: '/', label: 'Overview', icon: IconHome },
  { path: '/applications', label: 'Applications', icon: IconApps },
  { path: '/apis', label: 'APIs', icon: IconApi },
  { path: '/connections', label: 'Connections', icon: IconPlugConnected },
  { path: '/users', label: 'Users', icon: IconUsers },
  { path: '/roles', label: 'Roles', icon: IconUserShield },
  { path: '/rules', label: 'Rules', icon: IconCode },
  { path: '/actions', label: 'Actions', icon: IconBolt },
  { path: '/attack-protection', label: 'Attack Protection', icon: IconShieldLock },
  { path: '/signing-keys', label: 'Signing Keys', icon: IconKey },
  { path: '/logs', label: 'Logs', icon: IconFileText, also: '/inspector' },
  { path: '/try-it', label: 'Try It', icon: IconTerminal2 },
  { path: '/health', label: 'Health', icon: IconActivityHeartbeat },
  { path: '/settings', label: 'Account Settings', icon: IconSettings },
];
