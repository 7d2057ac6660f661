// The memory of an engine at one moment, to put it back as it was. Called by quickjs-engine.ts.

const PAGE_BYTES = 4096;
/** A hole of zeros this long separates two pieces: the stack, which nobody is on while no run goes on. */
const HOLE_PAGES = 64;

/** A piece of memory and where it was. */
interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Remembers what is in the memory now, but for long stretches of zeros, which are the unused stack and heap. */
export class MemoryImage {
  readonly #memory: WebAssembly.Memory;
  readonly #pieces: readonly Piece[];

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#pieces = piecesOf(Buffer.from(memory.buffer));
  }

  /** Puts it back. The memory may have grown since: nothing that is put back knows of the rest. */
  restore(): void {
    const all = new Uint8Array(this.#memory.buffer);
    for (const { at, bytes } of this.#pieces) all.set(bytes, at);
  }
}

function piecesOf(all: Buffer<ArrayBuffer>): Piece[] {
  const zeros = Buffer.alloc(PAGE_BYTES);
  const pages = all.length / PAGE_BYTES;
  const isUsed = (page: number) => !all.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES).equals(zeros);
  const stretches: { first: number; last: number }[] = [];
  for (let page = 0; page < pages; page += 1) {
    if (!isUsed(page)) continue;
    const current = stretches.at(-1);
    if (current && page - current.last <= HOLE_PAGES) current.last = page;
    else stretches.push({ first: page, last: page });
  }
  return stretches.map(({ first, last }) => ({
    at: first * PAGE_BYTES,
    bytes: Uint8Array.prototype.slice.call(all, first * PAGE_BYTES, (last + 1) * PAGE_BYTES),
  }));
}
