import type { GraphQLFormattedError } from 'graphql';

type Path = readonly (string | number)[];
type DataObject = Record<string, unknown>;

/** A payload of an answer in parts, in either format. */
export interface IncrementalPayload {
  readonly data?: DataObject | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly incremental?: readonly {
    readonly id?: string;
    readonly path?: Path;
    readonly label?: string;
    readonly data?: DataObject | null;
    readonly errors?: readonly GraphQLFormattedError[];
  }[];
  readonly pending?: readonly {
    readonly id: string;
    readonly path: Path;
    readonly label?: string;
  }[];
  readonly completed?: readonly {
    readonly id: string;
    readonly errors?: readonly GraphQLFormattedError[];
  }[];
  readonly hasNext?: boolean;
}

/** What a client has in the end. */
export interface MergedAnswer {
  readonly data: DataObject | null;
  readonly errors: readonly GraphQLFormattedError[];
  /** Objects of which a part failed, and why. */
  readonly failed: readonly FailedPart[];
}

export interface FailedPart {
  readonly path: Path;
  readonly errors: readonly GraphQLFormattedError[];
}

/**
 * Puts the payloads of one answer together as a client does. Throws where they contradict each other:
 * a part of what the client does not have, a value that is taken back, an error of something else, an
 * end that is none.
 */
export function mergePayloads(payloads: readonly IncrementalPayload[]): MergedAnswer {
  const [first] = payloads;
  if (first === undefined) throw new Error('There is no payload');
  const data = structuredClone(first.data ?? null);
  const errors = [...(first.errors ?? [])];
  const failed: FailedPart[] = [];
  for (const [index, payload] of payloads.entries()) {
    const isLast = index === payloads.length - 1;
    if ((payload.hasNext ?? false) === isLast) throw new Error(`hasNext is wrong at ${index}`);
  }
  for (const part of partsOf(payloads)) {
    errors.push(...part.errors);
    for (const { path = [] } of part.errors) {
      const isThere = path.every((key, index) => key === (part.path[index] ?? key));
      if (!isThere) throw new Error(`${path.join('.')} is no error of ${part.path.join('.')}`);
    }
    const target = valueAt(data, part.path);
    if (!isComposite(target)) throw new Error(`Nothing is at ${part.path.join('.')}`);
    if (part.data !== null) addTo(target, part.data, part.path);
    else if (part.errors.length === 0) throw new Error(`${part.path.join('.')} has no error`);
    else failed.push({ path: part.path, errors: part.errors });
  }
  return { data, errors, failed };
}

interface Part extends FailedPart {
  readonly data: DataObject | null;
}

function partsOf(payloads: readonly IncrementalPayload[]): Part[] {
  const paths = new Map<string, Path>();
  const isAnnounced = payloads[0]?.pending !== undefined;
  return payloads.flatMap(({ pending = [], incremental = [], completed = [] }) => {
    for (const { id, path } of pending) paths.set(id, path);
    const pathOf = (id = ''): Path => {
      const path = paths.get(id);
      if (path === undefined) throw new Error(`Part ${id} was not announced`);
      return path;
    };
    const parts = incremental.map(({ id, path, data = null, errors = [] }): Part => {
      return { path: isAnnounced ? pathOf(id) : (path ?? []), data, errors };
    });
    const failures = completed.flatMap(({ id, errors }): Part[] => {
      const path = pathOf(id);
      paths.delete(id);
      return errors === undefined ? [] : [{ path, data: null, errors }];
    });
    return [...parts, ...failures];
  });
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path) {
    if (!isComposite(value)) return undefined;
    value = (value as DataObject)[key];
  }
  return value;
}

function addTo(target: object, data: object, path: Path): void {
  for (const [key, value] of Object.entries(data)) {
    const held = (target as DataObject)[key];
    const place = [...path, key];
    if (!Object.hasOwn(target, key)) (target as DataObject)[key] = structuredClone(value);
    else if (isComposite(held) && isComposite(value)) addTo(held, value, place);
    else if (held !== value) throw new Error(`${place.join('.')} was another value before`);
  }
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
