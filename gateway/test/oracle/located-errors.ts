import type { AnswerError } from './answer.ts';
import { isEqualData } from './answer.ts';

type Path = readonly (string | number)[];

/** One path leads to the other's place, or on from it. */
export function isOnOneLine(left: Path, right: Path): boolean {
  const length = Math.min(left.length, right.length);
  return isEqualData(left.slice(0, length), right.slice(0, length));
}

/**
 * True when every error has one of the others at its place, above it or below it. What fails in one
 * schema at a field fails between subgraphs at the entity that has the field.
 */
export function isCoveredBy(
  others: readonly AnswerError[],
  errors: readonly AnswerError[],
): boolean {
  return errors.every(({ path = [] }) =>
    others.some((other) => isOnOneLine(path, other.path ?? [])),
  );
}

/**
 * True when each null that the errors explain is explained by the others too. Of several errors that
 * null one object an engine need not find the same ones (GraphQL specification, section 6.4.4).
 */
export function areNullsExplainedBy(
  others: readonly AnswerError[],
  { data, errors }: { readonly data: unknown; readonly errors: readonly AnswerError[] },
): boolean {
  return errors.every(({ path = [] }) => {
    const nulled = pathOfNull(data, path);
    return others.some((other) => isOnOneLine(nulled, other.path ?? []));
  });
}

/** The part of the path that leads to the first null. */
function pathOfNull(data: unknown, path: Path): Path {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return path.slice(0, depth);
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return path;
}
