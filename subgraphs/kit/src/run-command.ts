/**
 * Runs a command that ends by itself as the whole process. Exit code 0: its work is done; 1: it is
 * not, and standard error has one line that says why.
 */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
