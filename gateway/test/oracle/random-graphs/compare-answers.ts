import type { Answer, AnswerError } from '../answer.ts';
import { isEqualData } from '../answer.ts';
import { isOnOneLine } from '../located-errors.ts';
import { faultsOfPartialData } from '../partial-data.ts';

type Path = readonly (string | number)[];

/** What is wrong with our answer, and what is otherwise than in one schema for a known reason. */
export interface Comparison {
  /** One sentence each. */
  readonly faults: readonly string[];
  readonly explained: readonly KnownDifference[];
}

export const knownDifferences = {
  'error-of-required-field':
    'An error of a field that only `@requires` asks for is told at the object that needed it; in ' +
    'one schema nobody asks for that field.',
  'fetch-under-condition':
    'The planner fetches `__typename` along with the first field of a selection, so it asks a ' +
    'subgraph for an object of which a condition has left out the rest; if that subgraph is dead, ' +
    'its error explains no null.',
  'planned-in-circles':
    'An operation that selects a link of a chain of requirements below an object that another link ' +
    'requires may send the planner round in circles; it is refused when its time is over.',
} as const;

export type KnownDifference = keyof typeof knownDifferences;

/**
 * Compares with the answer of one schema. The data must be equal, keys in order. Errors must be at the
 * same places, but of several errors that null one object any may be told (GraphQL specification,
 * section 6.4.4), and an entity that occurs in several items of one list is fetched once, so that its
 * error is told once, at the first of them.
 */
export function compareAnswers(ours: Answer, monolith: Answer): Comparison {
  if (isRefusedForTime(ours)) return { faults: [], explained: ['planned-in-circles'] };
  const faults: string[] = [];
  const explained: KnownDifference[] = [];
  if (!isEqualData(ours.data, monolith.data)) faults.push('The data differ.');
  for (const error of monolith.errors) {
    if (!isTold(error, ours, monolith.data)) faults.push(`Ours lacks ${describe(error)}`);
  }
  for (const error of ours.errors) {
    if (isTold(error, monolith, ours.data)) continue;
    if (isOfRequiredField(error, ours.data)) explained.push('error-of-required-field');
    else faults.push(`Ours has, and one schema has not, ${describe(error)}`);
  }
  return { faults, explained };
}

/**
 * Compares an answer that had to do without a subgraph: what is there must be right, and each null
 * must have an error, each error a null.
 */
export function comparePartialAnswers(query: string, ours: Answer, monolith: Answer): Comparison {
  if (isRefusedForTime(ours)) return { faults: [], explained: ['planned-in-circles'] };
  const faults = [...faultsOfPartialData(ours, monolith)];
  const explained: KnownDifference[] = [];
  const nulls = [...nullPaths(ours.data, [])].map(withoutIndices);
  for (const error of ours.errors) {
    const place = withoutIndices(error.path ?? []);
    if (nulls.some((nulled) => isOnOneLine(nulled, place))) continue;
    // What failed was for the items of an empty list.
    if (isEmptyList(valueAt(ours.data, error.path ?? []))) continue;
    if (isOfRequiredField(error, ours.data)) explained.push('error-of-required-field');
    else if (/@(skip|include)\(if: \$/.test(query)) explained.push('fetch-under-condition');
    else faults.push(`No null is explained by ${describe(error)}`);
  }
  return { faults, explained };
}

function isRefusedForTime({ data, errors }: Answer): boolean {
  return data === null && errors.some(({ message }) => / was not planned within /.test(message));
}

/** True when the other answer has an error for the null that this one explains. */
function isTold({ path = [] }: AnswerError, others: Answer, data: unknown): boolean {
  const nulled = withoutIndices(pathOfNull(data, path));
  return others.errors.some((other) => isOnOneLine(nulled, withoutIndices(other.path ?? [])));
}

/** Derived failures say whose they are. One without a null is that of a field the client left out. */
function isOfRequiredField({ message, path = [] }: AnswerError, data: unknown): boolean {
  const value = valueAt(data, path);
  return /^\w+\.\w+ failed for /.test(message) && value !== undefined && value !== null;
}

/** The part of the path that leads to the first null. */
function pathOfNull(data: unknown, path: Path): Path {
  const depth = path.findIndex((_, length) => valueAt(data, path.slice(0, length)) === null);
  return depth === -1 ? path : path.slice(0, depth);
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isEmptyList);
}

function* nullPaths(data: unknown, path: Path): Generator<Path> {
  if (data === null) yield path;
  if (typeof data !== 'object' || data === null) return;
  for (const [key, value] of Object.entries(data)) {
    yield* nullPaths(value, [...path, Array.isArray(data) ? Number(key) : key]);
  }
}

function withoutIndices(path: Path): Path {
  return path.map((key) => (typeof key === 'number' ? '@' : key));
}

function describe({ message, path = [] }: AnswerError): string {
  return `the error "${message}" at ${path.join('.')}`;
}
