import { isDeepStrictEqual } from 'node:util';
import type { Workload } from './workloads.ts';

/**
 * Both gateways must have done the same work before a clock starts: equal data whatever the order
 * of keys, no errors, and a length that the workload promises. Throws an Error that says which.
 */
export function assertSameAnswers(
  workload: Workload,
  answers: readonly { readonly gateway: string; readonly text: string }[],
): void {
  const [first, ...others] = answers.map(({ gateway, text }) => {
    const bytes = Buffer.byteLength(text);
    if (bytes < workload.answerBytesMin || bytes > workload.answerBytesMax) {
      throw new Error(
        `${gateway} answered ${workload.name} with ${bytes} bytes, not with ` +
          `${workload.answerBytesMin} to ${workload.answerBytesMax}: ${text.slice(0, 500)}`,
      );
    }
    return { gateway, answer: parseAnswer(gateway, text) };
  });
  for (const other of others) {
    if (!isDeepStrictEqual(first?.answer, other.answer)) {
      throw new Error(`${first?.gateway} and ${other.gateway} answer ${workload.name} differently`);
    }
  }
}

function parseAnswer(gateway: string, text: string): unknown {
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== 'object' || answer === null || !('data' in answer) || 'errors' in answer) {
    throw new Error(`${gateway} did not answer with data alone: ${text.slice(0, 500)}`);
  }
  return answer.data;
}
