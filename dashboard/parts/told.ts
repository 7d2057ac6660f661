// Short messages about what was done or could not be done.
import { notifications } from '@mantine/notifications';

/** Something was done. */
export function tellDone(message: string): void {
  notifications.show({ message, color: 'gate' });
}

/** Something could not be done. */
export function tellFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : 'Something unexpected happened.';
  notifications.show({ title: 'This did not work', message, color: 'red', autoClose: 10_000 });
}
