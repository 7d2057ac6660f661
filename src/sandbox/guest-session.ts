// One run of scripts: a runtime and a context of QuickJS that nothing ran in before, used once and thrown away. Called by
// quickjs-engine.ts.
import type {
  QuickJSContext,
  QuickJSDeferredPromise,
  QuickJSHandle,
  QuickJSRuntime,
  QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { guestLibrary } from './guest-library.ts';
import { compareBcrypt, digest } from './host-functions.ts';
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

/** A session for scripts that this harness drives. */
export class GuestSession {
  readonly harness: string;
  readonly #fetch: GuestFetch;
  readonly #runtime: QuickJSRuntime;
  readonly #vm: QuickJSContext;
  /** The harness with its tools, waiting for the input. */
  readonly #begin: QuickJSHandle;
  readonly #meter = new ProcessorMeter(PROCESSOR_MS);
  readonly #console: ConsoleLine[] = [];
  /** Work outside of the engine that a script waits for. */
  readonly #pending = new Set<Promise<void>>();
  #scripts: readonly string[] = [];
  #at = 0;
  #finished: { readonly verdict: string; readonly result: string } | null = null;

  constructor(module: QuickJSWASMModule, harness: string, fetch: GuestFetch) {
    this.harness = harness;
    this.#fetch = fetch;
    this.#runtime = module.newRuntime({ maxStackSizeBytes: STACK_BYTES });
    this.#runtime.setInterruptHandler(() => this.#meter.check());
    this.#vm = this.#runtime.newContext();
    const text = `(host) => { const tools = (${String(guestLibrary)})(host); return (text) => { (${harness})(host, tools, tools.fromJson(text)); }; }`;
    using prepare = this.#vm.unwrapResult(this.#vm.evalCode(text, 'harness'));
    using host = this.#makeHost();
    this.#begin = this.#vm.unwrapResult(this.#vm.callFunction(prepare, this.#vm.undefined, host));
  }

  /** Runs the scripts on this JSON; once only. Throws when the engine itself breaks. */
  async run(scripts: readonly string[], input: string): Promise<Omit<ScriptAnswer, 'isLast'>> {
    this.#scripts = scripts;
    const end = this.#start(input) ?? (await this.#drain());
    const { verdict, result } = (end === 'finished' && this.#finished) || { verdict: '', result: 'null' };
    return { end, at: this.#at, verdict, result, console: this.#console };
  }

  /** Frees everything. Throws when the engine is broken. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    this.#begin.dispose();
    this.#vm.dispose();
    this.#runtime.dispose();
  }

  /** Calls the harness; null when it did not end the run. */
  #start(input: string): End | null {
    this.#meter.start();
    using given = this.#vm.newString(input);
    using called = this.#vm.callFunction(this.#begin, this.#vm.undefined, given);
    this.#meter.stop();
    return called.error ? this.#uncaught() : null;
  }

  /** Lets promises settle until the harness finishes, or nothing is left that could make it. */
  async #drain(): Promise<End> {
    while (this.#finished === null) {
      if (this.#runtime.hasPendingJob()) {
        this.#meter.start();
        using jobs = this.#runtime.executePendingJobs(1);
        this.#meter.stop();
        if (jobs.error) return this.#uncaught();
        // Jobs may each be too short for the engine to ask.
        if (this.#meter.check()) return 'processor-time';
      } else if (this.#pending.size > 0) {
        await Promise.race(this.#pending);
      } else {
        return this.#meter.hasRunOut ? 'processor-time' : 'silent';
      }
    }
    return this.#finished.result.length > LARGEST_RESULT ? 'large-result' : 'finished';
  }

  /** A harness catches what scripts throw: what comes through was thrown by the engine. */
  #uncaught(): End {
    return this.#meter.hasRunOut ? 'processor-time' : 'memory';
  }

  /** The `GuestHost`. Security: scripts get texts from these functions and give texts to them, nothing else. */
  #makeHost(): QuickJSHandle {
    const vm = this.#vm;
    const functions: Readonly<Record<string, HostFunction>> = {
      load: (index) => {
        this.#at = index ? vm.getNumber(index) : 0;
        this.#meter.reset();
        // The comma makes an expression of what would begin a statement. It stays in the first line: lines are the script's own.
        return vm.evalCode(`0,${this.#scripts[this.#at] ?? ''}`, 'script');
      },
      finish: (verdict, result) => {
        this.#finished ??= { verdict: this.#text(verdict), result: this.#text(result) };
        return vm.undefined;
      },
      note: (level, text) => {
        const line = { level: this.#text(level), text: this.#text(text).slice(0, LONGEST_LINE) };
        if (this.#console.length < MOST_LINES) this.#console.push(line);
        return vm.undefined;
      },
      digest: (algorithm, encoding, pieces, key) => {
        const parts = JSON.parse(this.#text(pieces)) as [string, string][];
        return vm.newString(digest(this.#text(algorithm), this.#text(encoding), parts, key ? vm.getString(key) : null));
      },
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

  #resolve(promise: QuickJSDeferredPromise, value: boolean | string): void {
    const vm = this.#vm;
    using handle = typeof value === 'string' ? vm.newString(value) : (value ? vm.true : vm.false).dup();
    promise.resolve(handle);
  }

  /** A promise inside for one out here. */
  #promiseOf(answer: Promise<boolean | string>): QuickJSHandle {
    const vm = this.#vm;
    const promise = vm.newPromise();
    const settled: Promise<void> = answer
      .then(
        (value) => this.#resolve(promise, value),
        (error: unknown) => {
          using thrown = vm.newError(error instanceof Error ? error.message : '');
          promise.reject(thrown);
        },
      )
      .finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    return promise.handle;
  }
}
