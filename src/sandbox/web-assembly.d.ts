// The one part of WebAssembly that quickjs-engine.ts uses itself: TypeScript declares it for browsers only.
declare namespace WebAssembly {
  class Memory {
    constructor(bounds: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
}
