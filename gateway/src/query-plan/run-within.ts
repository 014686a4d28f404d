import { runInNewContext } from 'node:vm';
import { AppError } from '@plaza/schema/errors';

/**
 * Runs synchronous work, and ends it when its time is over. Throws what the work throws, and AppError
 * OPERATION_TOO_COMPLEX when it was ended; what it worked on is then not to be used any more.
 */
export function runWithin<Result>(timeoutMs: number, work: () => Result): Result {
  const sandbox: { work: () => void; result?: { readonly value: Result } } = {
    work: () => {
      sandbox.result = { value: work() };
    },
  };
  try {
    // The limit holds for all that the script calls; nothing else ends a loop in the same thread.
    runInNewContext('work()', sandbox, { timeout: timeoutMs });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new AppError(
      'OPERATION_TOO_COMPLEX',
      `The operation was not planned within ${timeoutMs} ms. Ask for less at once.`,
      { cause: error },
    );
  }
  if (sandbox.result === undefined) throw new Error('The work has ended without a result');
  return sandbox.result.value;
}

function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
