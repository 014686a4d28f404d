/** Shows what is going on while `work` runs, and how long it took. A failure ends the line. */
export async function showStep<T>(title: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const isTerminal = process.stdout.isTTY;
  if (isTerminal) process.stdout.write(`  … ${title}`);
  const lineStart = isTerminal ? '\r' : '';
  try {
    const result = await work();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`${lineStart}  ✔ ${title} (${seconds} s)\n`);
    return result;
  } catch (error) {
    process.stdout.write(`${lineStart}  ✖ ${title}\n`);
    throw error;
  }
}
