// What a login by the password grant needs, and whether it is there: a checklist that leads to what is missing.
import { List, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconDots } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useApi } from '../api-client.ts';
import { useConnectionStates } from '../connection-states.ts';
import { OWN_CLIENT } from '../session.ts';
import { Section } from './section.tsx';
import { TextLink } from './text-link.tsx';

interface Client {
  readonly client_id: string;
  readonly grant_types?: readonly string[];
}

interface Api {
  readonly signing_alg: string;
  readonly is_system?: boolean;
}

/** Null as long as nobody knows. */
type State = boolean | null;

const PASSWORD_GRANTS = ['password', 'http://auth0.com/oauth/grant-type/password-realm'];

/** Shows it. */
export function Essentials() {
  const clients = useApi<readonly Client[]>('/clients?per_page=100&fields=client_id,grant_types');
  const apis = useApi<readonly Api[]>('/resource-servers?per_page=100');
  const users = useApi<readonly unknown[]>('/users?per_page=1&fields=user_id');
  const mayUse = ({ client_id: id, grant_types: grants }: Client) =>
    id !== OWN_CLIENT && PASSWORD_GRANTS.some((grant) => grants?.includes(grant));
  const isOwn = ({ signing_alg: algorithm, is_system: isSystem }: Api) => algorithm === 'RS256' && isSystem !== true;
  return (
    <Section title="What a login needs" id="essentials">
      <List listStyleType="none" spacing="sm" center={false}>
        <DefaultDirectory />
        <Item
          state={clients.data ? clients.data.some(mayUse) : null}
          to="/applications"
          link="Application"
          good="At least one may use the password grant."
          bad="None may use the password grant: allow it in an application’s Grant Types."
        />
        <Item
          state={apis.data ? apis.data.some(isOwn) : null}
          to="/apis"
          link="API"
          good="At least one gets tokens signed with RS256."
          bad="None gets tokens signed with RS256: create an API, so that it can check its tokens by the published keys."
        />
        <Item
          state={users.data ? users.data.length > 0 : null}
          to="/users"
          link="Users"
          good="There are users."
          bad="Nobody is here yet. Users of other directories appear when they log in first."
        />
      </List>
    </Section>
  );
}

function DefaultDirectory() {
  const settings = useApi<{ readonly default_directory: string }>('/tenants/settings');
  const name = settings.data?.default_directory;
  const connection = useConnectionStates().find((one) => one.name === name);
  const isSet = name === undefined ? null : name !== '';
  return (
    <Item
      state={isSet ? (connection?.isOnline ?? null) : isSet}
      to="/settings#default-directory"
      link="Default Directory"
      good={`${name} checks passwords, and answers.`}
      bad={
        isSet
          ? `${name} does not answer. Nobody can log in by it.`
          : 'Not set: password grants that name no connection are refused.'
      }
    />
  );
}

interface ItemProps {
  readonly state: State;
  readonly to: string;
  readonly link: string;
  readonly good: string;
  readonly bad: string;
}

const MARKS: readonly (readonly [state: State, icon: ReactNode, color: string, word: string])[] = [
  [true, <IconCheck key="good" size={14} />, 'gate', 'In order'],
  [false, <IconAlertTriangle key="bad" size={14} />, 'orange', 'To do'],
  [null, <IconDots key="asking" size={14} />, 'gray', 'Asking'],
];

function Item({ state, to, link, good, bad }: ItemProps) {
  const [, icon, color, word] = MARKS.find(([one]) => one === state) ?? [null, null, 'gray', ''];
  return (
    <List.Item
      icon={
        <ThemeIcon variant="light" color={color} size="sm" radius="xl" role="img" aria-label={word}>
          {icon}
        </ThemeIcon>
      }
    >
      <TextLink to={to}>{link}</TextLink>
      <Text size="sm">{state === null ? 'Asking …' : state ? good : bad}</Text>
    </List.Item>
  );
}
