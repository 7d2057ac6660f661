// QuickJS, compiled to WebAssembly, with memory of its own that cannot grow beyond its bound: the engine that scripts run in.
// It has no file, no network, no clock to wait on and no object of this process. Called by sandbox-program.ts.
import releaseSync from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core';
import { type GuestFetch, GuestSession } from './guest-session.ts';
import { MemoryImage } from './memory-image.ts';
import type { ScriptAnswer, ScriptCode } from './script.ts';

const PAGE_BYTES = 64 * 1024;
const FIRST_PAGES = 256;
/** 64 MiB, the module's own data included. */
const MOST_PAGES = 1024;
/** An engine that grew further is not used again: memory of WebAssembly never shrinks. */
const WORN_PAGES = 512;

/** A session as it was made, and the memory that belongs to it. */
interface Prepared {
  readonly session: GuestSession;
  readonly image: MemoryImage;
}

/** Runs one order at a time. */
export interface Engine {
  /**
   * Runs the scripts on this JSON in a session that nothing ran in before. Throws when the engine breaks, and it must not be
   * used again then.
   */
  run(code: ScriptCode, input: string): Promise<ScriptAnswer>;
}

/** Loads the engine; `fetch` carries requests of scripts out. */
export async function createEngine(fetch: GuestFetch): Promise<Engine> {
  const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES });
  // The package's types are those of its CommonJS form, where the variant is a member of what is exported.
  const variant = releaseSync as unknown as QuickJSSyncVariant;
  const module = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory }));
  /** By their harness, in the order in which they were made: each memory holds the sessions before it, too. */
  const sessions = new Map<string, Prepared>();

  function prepare(harness: string): Prepared {
    // What a run left behind is in no image.
    [...sessions.values()].at(-1)?.image.restore();
    const session = new GuestSession(module, harness, fetch);
    const prepared = { session, image: new MemoryImage(memory) };
    sessions.set(harness, prepared);
    return prepared;
  }

  return {
    async run({ harness, scripts }, input) {
      const { session, image } = sessions.get(harness) ?? prepare(harness);
      // Security: nothing of an earlier run is there.
      image.restore();
      const answer = await session.run(scripts, input);
      // Security: after a run that used up what it had nothing is as it was.
      const isSpent = answer.end === 'processor-time' || answer.end === 'memory';
      return { ...answer, isLast: isSpent || memory.buffer.byteLength > WORN_PAGES * PAGE_BYTES };
    },
  };
}
