import { isDeepStrictEqual } from 'node:util';
import type { Workload } from './workloads.ts';

interface NamedAnswer {
  readonly gateway: string;
  readonly text: string;
}

type Path = readonly (string | number)[];

interface Answer {
  readonly data: unknown;
  readonly errorPaths: readonly Path[];
}

/**
 * All gateways must have done the same work before a clock starts: equal data whatever the order
 * of keys, a length that the workload promises, and errors exactly where the workload has failing
 * entities. Gateways may locate such an error at the entity or at a field below it; returned is a
 * sentence for each gateway that says where. Throws an Error that names the gateway.
 */
export function assertSameAnswers(
  workload: Workload,
  answers: readonly NamedAnswer[],
): readonly string[] {
  const parsed = answers.map(({ gateway, text }) => {
    assertWeight(workload, { gateway, text });
    return { gateway, answer: parseAnswer({ gateway, text }) };
  });
  for (const { gateway, answer } of parsed) {
    assertLocatedErrors(workload, gateway, answer);
  }
  const [first, ...others] = parsed;
  for (const other of others) {
    if (!isDeepStrictEqual(first?.answer.data, other.answer.data)) {
      throw new Error(`${first?.gateway} and ${other.gateway} answer ${workload.name} differently`);
    }
  }
  return workload.failingPaths === undefined
    ? []
    : parsed.map(({ gateway, answer }) => `${gateway}: ${describeErrors(answer.errorPaths)}`);
}

function assertWeight(workload: Workload, { gateway, text }: NamedAnswer): void {
  const bytes = Buffer.byteLength(text);
  if (bytes < workload.answerBytesMin || bytes > workload.answerBytesMax) {
    throw new Error(
      `${gateway} answered ${workload.name} with ${bytes} bytes, not with ` +
        `${workload.answerBytesMin} to ${workload.answerBytesMax}: ${text.slice(0, 500)}`,
    );
  }
}

function parseAnswer({ gateway, text }: NamedAnswer): Answer {
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== 'object' || answer === null || !('data' in answer)) {
    throw new Error(`${gateway} did not answer with data: ${text.slice(0, 500)}`);
  }
  const { data, errors } = answer as { data: unknown; errors?: readonly { path?: Path }[] };
  return { data, errorPaths: (errors ?? []).map(({ path }) => path ?? []) };
}

/** Each failing entity has an error, and no error accuses an entity that did not fail. */
function assertLocatedErrors(workload: Workload, gateway: string, { errorPaths }: Answer): void {
  const failing = workload.failingPaths ?? [];
  const located = errorPaths.filter((path) => path[0] === failing[0]?.[0]);
  const isBelow = (path: Path, entity: Path) => entity.every((step, at) => isStep(step, path[at]));
  const missed = failing.find((entity) => !located.some((path) => isBelow(path, entity)));
  if (missed !== undefined) {
    throw new Error(`${gateway} answers ${workload.name} without an error at ${missed.join('.')}`);
  }
  const wrong = errorPaths.find(
    (path) =>
      failing.length === 0 ||
      (located.includes(path) && !failing.some((entity) => isBelow(path, entity))),
  );
  if (wrong !== undefined) {
    throw new Error(`${gateway} answers ${workload.name} with an error at "${wrong.join('.')}"`);
  }
}

/** Some gateways write the index of a list as text. */
function isStep(expected: string | number, found: string | number | undefined): boolean {
  return found !== undefined && String(expected) === String(found);
}

function describeErrors(paths: readonly Path[]): string {
  const shapes = paths.map((path) =>
    path.map((step) => (/^\d+$/.test(String(step)) ? 'N' : step)).join('.'),
  );
  return [...Map.groupBy(shapes, (shape) => shape)]
    .map(
      ([shape, { length }]) =>
        `${length} ${length === 1 ? 'error' : 'errors'} at ${shape || 'no path'}`,
    )
    .join(', ');
}
