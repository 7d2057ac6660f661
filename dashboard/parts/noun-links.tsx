// Links from an event to whom and what it names. What no page shows, such as administrators, is named without a link.
import { Text } from '@mantine/core';
import { applicationAddress, connectionAddress, userAddress } from '../log-event.ts';
import { OWN_CONNECTION } from '../session.ts';
import { TextLink } from './text-link.tsx';

type Maybe = string | null | undefined;

interface LinkProps {
  readonly id: Maybe;
  readonly name: Maybe;
}

/** A user; `connection` is the name of the one they logged in by. */
export function UserLink({ id, name, connection }: LinkProps & { readonly connection: Maybe }) {
  return <NounLink to={id && connection !== OWN_CONNECTION ? userAddress(id) : null} words={name ?? id} />;
}

/** An application; one without a name is none that the tenant knows. */
export function ApplicationLink({ id, name }: LinkProps) {
  return <NounLink to={id && name ? applicationAddress(id) : null} words={name ?? id} />;
}

/** A connection. */
export function ConnectionLink({ id, name }: LinkProps) {
  return <NounLink to={id && name !== OWN_CONNECTION ? connectionAddress(id) : null} words={name ?? id} />;
}

function NounLink({ to, words }: { readonly to: string | null; readonly words: Maybe }) {
  const text = words ?? '–';
  if (to !== null) return <TextLink to={to}>{text}</TextLink>;
  return (
    <Text span size="sm">
      {text}
    </Text>
  );
}
