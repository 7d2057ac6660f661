// Lets work that would only get in its own way go one after another within this process. Called by changes.ts.

/** Runs the work when all that came before has ended, however it ended; settles as the work does. */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Builds a row of turns. */
export function createTurns(): TakeTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}
