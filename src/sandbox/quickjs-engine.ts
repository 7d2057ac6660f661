// QuickJS, compiled to WebAssembly, with memory of its own that cannot grow beyond its bound: the engine that scripts run in.
// It has no file, no network, no clock to wait on and no object of this process. Called by sandbox-program.ts.
import releaseSync from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core';
import { type GuestFetch, GuestSession } from './guest-session.ts';
import type { ScriptAnswer, ScriptCode } from './script.ts';

const PAGE_BYTES = 64 * 1024;
const FIRST_PAGES = 256;
/** 64 MiB, the module's own data included. */
const MOST_PAGES = 1024;
/** An engine that grew further is not used again: memory of WebAssembly never shrinks. */
const WORN_PAGES = 512;

/** Runs one order at a time. */
export interface Engine {
  /**
   * Runs the scripts on this JSON in a session of their own. Throws when the engine breaks, and it must not be used again
   * then.
   */
  run(code: ScriptCode, input: string): Promise<ScriptAnswer>;
  /** Clears up behind a run and makes the session of the next one like it, so that nobody waits for either. Throws like `run`. */
  prepare(): Promise<void>;
}

/** Loads the engine; `fetch` carries requests of scripts out. */
export async function createEngine(fetch: GuestFetch): Promise<Engine> {
  const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES });
  // The package's types are those of its CommonJS form, where the variant is a member of what is exported.
  const variant = releaseSync as unknown as QuickJSSyncVariant;
  const module = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory }));
  let used: GuestSession | null = null;
  /** Sessions that nothing ran in yet, by their harness: those of rules and of actions take turns. */
  const ready = new Map<string, GuestSession>();

  async function prepare(): Promise<void> {
    if (!used) return;
    const { harness } = used;
    await used.close();
    used = null;
    ready.set(harness, new GuestSession(module, harness, fetch));
  }

  return {
    async run({ harness, scripts }, input) {
      await prepare();
      used = ready.get(harness) ?? new GuestSession(module, harness, fetch);
      // Security: no session runs twice.
      ready.delete(harness);
      const answer = await used.run(scripts, input);
      // Security: after a run that used up what it had nothing is as it was.
      const isSpent = answer.end === 'processor-time' || answer.end === 'memory';
      return { ...answer, isLast: isSpent || memory.buffer.byteLength > WORN_PAGES * PAGE_BYTES };
    },
    prepare,
  };
}
