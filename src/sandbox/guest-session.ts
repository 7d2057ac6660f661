// A runtime and a context of QuickJS in which a harness of ours waits for scripts. Every run finds it as it was made: the
// engine puts its memory back in between. Called by quickjs-engine.ts.
import type {
  QuickJSContext,
  QuickJSDeferredPromise,
  QuickJSHandle,
  QuickJSRuntime,
  QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { guestLibrary } from './guest-library.ts';
import { compareBcrypt, digest, randomFraction } from './host-functions.ts';
import { ProcessorMeter } from './processor-meter.ts';
import type { ConsoleLine, ScriptAnswer } from './script.ts';

type End = ScriptAnswer['end'];
type HostFunction = (...args: QuickJSHandle[]) => QuickJSHandle | ReturnType<QuickJSContext['evalCode']>;

const STACK_BYTES = 256 * 1024;
/** Of each script; waiting does not count. */
const PROCESSOR_MS = 200;
const LARGEST_RESULT = 256 * 1024;
const MOST_LINES = 100;
const LONGEST_LINE = 1000;

/** Asks another server: JSON in, JSON out. Never rejects. */
export type GuestFetch = (request: string) => Promise<string>;

/** What is known of one run out here. */
class GuestRun {
  readonly scripts: readonly string[];
  readonly meter = new ProcessorMeter(PROCESSOR_MS);
  readonly console: ConsoleLine[] = [];
  /** Work outside of the engine that a script waits for. */
  readonly pending = new Set<Promise<void>>();
  /** Which script runs. */
  at = 0;
  finished: { readonly verdict: string; readonly result: string } | null = null;
  isOver = false;

  constructor(scripts: readonly string[]) {
    this.scripts = scripts;
  }
}

/** A session for scripts that this harness drives. */
export class GuestSession {
  readonly #fetch: GuestFetch;
  readonly #runtime: QuickJSRuntime;
  readonly #vm: QuickJSContext;
  /** The harness with its tools, waiting for the input. */
  readonly #begin: QuickJSHandle;
  #run: GuestRun = new GuestRun([]);

  constructor(module: QuickJSWASMModule, harness: string, fetch: GuestFetch) {
    this.#fetch = fetch;
    this.#runtime = module.newRuntime({ maxStackSizeBytes: STACK_BYTES });
    this.#runtime.setInterruptHandler(() => this.#run.meter.check());
    this.#vm = this.#runtime.newContext();
    const text = `(host) => { const tools = (${String(guestLibrary)})(host); return (text) => { (${harness})(host, tools, tools.fromJson(text)); }; }`;
    using prepare = this.#vm.unwrapResult(this.#vm.evalCode(text, 'harness'));
    using host = this.#makeHost();
    this.#begin = this.#vm.unwrapResult(this.#vm.callFunction(prepare, this.#vm.undefined, host));
  }

  /** Runs the scripts on this JSON; the memory is to be as it was made. Throws when the engine itself breaks. */
  async run(scripts: readonly string[], input: string): Promise<Omit<ScriptAnswer, 'isLast'>> {
    const run = new GuestRun(scripts);
    this.#run = run;
    const end = this.#start(run, input) ?? (await this.#drain(run));
    run.isOver = true;
    const { verdict, result } = (end === 'finished' && run.finished) || { verdict: '', result: 'null' };
    return { end, at: run.at, verdict, result, console: run.console };
  }

  /** Calls the harness; null when it did not end the run. */
  #start(run: GuestRun, input: string): End | null {
    run.meter.start();
    using given = this.#vm.newString(input);
    using called = this.#vm.callFunction(this.#begin, this.#vm.undefined, given);
    run.meter.stop();
    return called.error ? uncaught(run) : null;
  }

  /** Lets promises settle until the harness finishes, or nothing is left that could make it. */
  async #drain(run: GuestRun): Promise<End> {
    const { meter, pending } = run;
    while (run.finished === null) {
      if (this.#runtime.hasPendingJob()) {
        meter.start();
        using jobs = this.#runtime.executePendingJobs(1);
        meter.stop();
        if (jobs.error) return uncaught(run);
        // Jobs may each be too short for the engine to ask.
        if (meter.check()) return 'processor-time';
      } else if (pending.size > 0) {
        await Promise.race(pending);
      } else {
        return meter.hasRunOut ? 'processor-time' : 'silent';
      }
    }
    return run.finished.result.length > LARGEST_RESULT ? 'large-result' : 'finished';
  }

  /** The `GuestHost`. Security: scripts get texts from these functions and give texts to them, nothing else. */
  #makeHost(): QuickJSHandle {
    const vm = this.#vm;
    const functions: Readonly<Record<string, HostFunction>> = {
      load: (index) => {
        const run = this.#run;
        run.at = index ? vm.getNumber(index) : 0;
        run.meter.reset();
        // The comma makes an expression of what would begin a statement. It stays in the first line: lines are the script's own.
        return vm.evalCode(`0,${run.scripts[run.at] ?? ''}`, 'script');
      },
      finish: (verdict, result) => {
        this.#run.finished ??= { verdict: this.#text(verdict), result: this.#text(result) };
        return vm.undefined;
      },
      note: (level, text) => {
        const line = { level: this.#text(level), text: this.#text(text).slice(0, LONGEST_LINE) };
        if (this.#run.console.length < MOST_LINES) this.#run.console.push(line);
        return vm.undefined;
      },
      digest: (algorithm, encoding, pieces, key) => {
        const parts = JSON.parse(this.#text(pieces)) as [string, string][];
        return vm.newString(digest(this.#text(algorithm), this.#text(encoding), parts, key ? vm.getString(key) : null));
      },
      random: () => vm.newNumber(randomFraction()),
      fetch: (request) => this.#promiseOf(this.#fetch(this.#text(request))),
      compare: (password, hash) => this.#promiseOf(compareBcrypt(this.#text(password), this.#text(hash))),
    };
    const host = vm.newObject();
    for (const [name, work] of Object.entries(functions)) {
      using made = vm.newFunction(name, work);
      vm.setProp(host, name, made);
    }
    return host;
  }

  #text(handle: QuickJSHandle | undefined): string {
    return handle ? this.#vm.getString(handle) : '';
  }

  async #settle(promise: QuickJSDeferredPromise, answer: Promise<boolean | string>, run: GuestRun): Promise<void> {
    const settle = await answer.then(
      (value) => () => this.#resolve(promise, value),
      (error: unknown) => () => this.#reject(promise, error),
    );
    // Security: after the run its promise is no more, and another one's things may lie where it was.
    if (!run.isOver) settle();
  }

  #resolve(promise: QuickJSDeferredPromise, value: boolean | string): void {
    const vm = this.#vm;
    using handle = typeof value === 'string' ? vm.newString(value) : (value ? vm.true : vm.false).dup();
    promise.resolve(handle);
  }

  #reject(promise: QuickJSDeferredPromise, error: unknown): void {
    using thrown = this.#vm.newError(error instanceof Error ? error.message : '');
    promise.reject(thrown);
  }

  /** A promise inside for one out here. */
  #promiseOf(answer: Promise<boolean | string>): QuickJSHandle {
    const vm = this.#vm;
    const run = this.#run;
    const promise = vm.newPromise();
    const settled: Promise<void> = this.#settle(promise, answer, run).finally(() => run.pending.delete(settled));
    run.pending.add(settled);
    return promise.handle;
  }
}

/** A harness catches what scripts throw: what comes through was thrown by the engine. */
function uncaught({ meter }: GuestRun): End {
  return meter.hasRunOut ? 'processor-time' : 'memory';
}
