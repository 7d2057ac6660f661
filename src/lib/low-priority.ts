// Lets others have the processor first: for work that takes minutes beside a server.
import { setPriority } from 'node:os';

const NICE = 10;

/** Lowers the priority of this process for as long as it lives; does nothing where the system does not let it. */
export function lowerOwnPriority(): void {
  try {
    setPriority(NICE);
  } catch {
    // Such a system runs it like any other process.
  }
}
