import type { MergedAnswer } from '../kit/merge-payloads.ts';
import type { Answer } from './answer.ts';
import { isEqualData } from './answer.ts';
import { areNullsExplainedBy, isOnOneLine } from './located-errors.ts';
import { faultsOfPartialData } from './partial-data.ts';

type Path = readonly (string | number)[];

/** What is wrong with an answer that came in parts, beside that of one schema which deferred nothing. */
export function faultsOfDeferred(merged: MergedAnswer, whole: Answer): readonly string[] {
  if (!isEqualData(withoutFailures(merged, whole), whole.data)) return ['The data differ.'];
  if (merged.failed.length > 0) return [];
  return [
    ...(areNullsExplainedBy(merged.errors, whole) ? [] : ['A null has no error.']),
    ...(areNullsExplainedBy(whole.errors, merged) ? [] : ['An error has no null.']),
  ];
}

/** The same where some subgraph did not answer: values may be null, and errors say why. */
export function faultsOfDeferredPartly(merged: MergedAnswer, whole: Answer): readonly string[] {
  const { errors } = merged;
  return faultsOfPartialData({ data: withoutFailures(merged, whole), errors }, whole);
}

/**
 * The data in the order of the whole answer, with what failed parts left out: fields are missing below
 * the object of such a part, and an object that its error makes null in the whole answer is still
 * there.
 */
function withoutFailures({ data, failed }: MergedAnswer, whole: Answer): unknown {
  const isBelowFailed = (path: Path): boolean =>
    failed.some((part) => part.path.every((key, index) => key === path[index]));
  const isNulledByFailed = (path: Path): boolean =>
    failed.some(({ errors }) => errors.some((error) => isOnOneLine(path, error.path ?? [])));

  const repair = (part: unknown, all: unknown, path: Path): unknown => {
    if (all === null && isComposite(part) && isNulledByFailed(path)) return null;
    if (!isComposite(part) || !isComposite(all)) return part;
    if (Array.isArray(part)) {
      return part.map((item, index) => repair(item, fieldOf(all, index), [...path, index]));
    }
    const repaired: Record<string, unknown> = {};
    for (const key of new Set([...Object.keys(all), ...Object.keys(part)])) {
      if (Object.hasOwn(part, key)) {
        repaired[key] = repair(fieldOf(part, key), fieldOf(all, key), [...path, key]);
      } else if (isBelowFailed(path)) repaired[key] = fieldOf(all, key);
    }
    return repaired;
  };
  return repair(data, whole.data, []);
}

function fieldOf(holder: object, key: string | number): unknown {
  return (holder as Record<string | number, unknown>)[key];
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
