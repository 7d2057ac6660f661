// Shows how far the run is: one line that changes where somebody watches, one line a step elsewhere.

export interface Progress {
  /** Begins a row. */
  row(title: string): void;
  /** What is being done for it now. */
  step(words: string): void;
  /** Clears the line for what is printed next. */
  clear(): void;
}

/** Writes to standard error, so that standard output holds the result alone. */
export function createProgress(rows: number): Progress {
  const { stderr } = process;
  const startedAt = performance.now();
  let number = 0;
  let title = '';
  const clear = (): void => {
    if (stderr.isTTY) stderr.write('\r\u001B[2K');
  };
  const show = (words: string): void => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const line = `[${seconds} s] ${number}/${rows} ${title}${words}`;
    if (stderr.isTTY) stderr.write(`\r\u001B[2K${line.slice(0, stderr.columns - 1)}`);
    else stderr.write(`${line}\n`);
  };
  return {
    row(next) {
      number += 1;
      title = next;
      show('');
    },
    step(words) {
      // Without a terminal a line for each step would be a log file of its own.
      if (stderr.isTTY) show(`: ${words}`);
    },
    clear,
  };
}
