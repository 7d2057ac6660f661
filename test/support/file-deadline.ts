// Preloaded into every test process (--import): ends one that does not end by itself, because a server, timer or child
// process was left open. node:test would wait for it without end; so the file fails by name, and says what is open.

const DEADLINE_MS = 600_000;

// The process that starts the others lasts as long as all of them together.
if (process.env['NODE_TEST_CONTEXT'] !== undefined) {
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ');
    process.stderr.write(`${process.argv[1]} did not end within ${DEADLINE_MS / 1000} s; still open: ${open}\n`);
    process.exit(1);
  }, DEADLINE_MS).unref();
}
