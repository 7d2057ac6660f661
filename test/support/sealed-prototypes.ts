// Preloaded into every test process (--import): the built-in prototypes take no new properties, so code that lets input
// reach them (prototype pollution) fails its test instead of changing every object without a sound.

for (const prototype of [Object.prototype, Array.prototype, Function.prototype]) Object.preventExtensions(prototype);
