// Preloaded into a server by tests of the last resort: SIGUSR2 makes a promise fail that nobody waits for, SIGWINCH throws where
// nobody catches.

process.on('SIGUSR2', () => void Promise.reject(new Error('a promise of the test')));
process.on('SIGWINCH', () => {
  throw new Error('an exception of the test');
});
