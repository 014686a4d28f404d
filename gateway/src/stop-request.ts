/** Resolves when somebody wants the process to end; a second signal ends it at once. */
export function firstStopRequest(exitWithParent: boolean): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      resolve(signal);
      process.once(signal, () => process.exit(1));
    });
  }
  if (exitWithParent) {
    process.stdin.once('end', () => resolve('parent ended'));
    process.stdin.once('error', () => resolve('parent ended'));
    process.stdin.resume();
  }
  return promise;
}
