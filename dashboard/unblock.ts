// Lifts what attack protection blocks, after asking.
import { useChange } from './api-client.ts';
import { confirmDestruction } from './parts/confirm.tsx';
import { tellDone, tellFailure } from './parts/told.ts';
import { useMay } from './session-context.ts';

/** Who is blocked: a user, a name as it is typed, or an address. */
export type Blocked =
  | { readonly kind: 'user'; readonly userId: string; readonly name: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'address'; readonly ip: string };

/** The API's path of the blocks. */
export function blockPath(blocked: Blocked): string {
  if (blocked.kind === 'user') return `/user-blocks/${encodeURIComponent(blocked.userId)}`;
  if (blocked.kind === 'name') return `/user-blocks?${new URLSearchParams({ identifier: blocked.name })}`;
  return `/anomaly/blocks/ips/${encodeURIComponent(blocked.ip)}`;
}

/** Asks, and unblocks; whether whoever is signed in may do so at all is told by `mayUnblock`. */
export function useUnblock() {
  const change = useChange(['logs', 'attack-protection']);
  const mayUnblockUsers = useMay('update:users');
  const mayUnblockAddresses = useMay('delete:anomaly_blocks');

  function unblock(blocked: Blocked): void {
    const name = blocked.kind === 'address' ? blocked.ip : blocked.name;
    confirmDestruction({
      title: `Unblock ${name}?`,
      words: 'Everything that was counted is forgotten. Somebody who guesses may go on guessing.',
      label: 'Unblock',
      onConfirm: () =>
        void change
          .mutateAsync({ method: 'DELETE', path: blockPath(blocked) })
          .then(() => tellDone(`${name} may try again.`), tellFailure),
    });
  }

  return {
    unblock,
    mayUnblock: ({ kind }: Blocked) => (kind === 'address' ? mayUnblockAddresses : mayUnblockUsers),
  };
}
