import { AppError } from '@plaza/schema/errors';
import { GraphQLError } from 'graphql';
import { codeOf } from '../graphql-errors.ts';
import type { ResponsePath } from '../query-plan/data-path.ts';
import type { FetchError } from '../query-plan/fetch-errors.ts';
import type { DataObject } from '../query-plan/merge-data.ts';

/** Errors that a part of a response may have to tell, found by the object that the part is of. */
export class PartErrors {
  readonly #depth: number;
  /** Those that go on below an object, by its path. */
  readonly #byPlace = new Map<string, FetchError[]>();
  /** Those that end above all objects of the part. */
  readonly #above: FetchError[] = [];

  /**
   * `own` are errors of the part's own fetches, `inherited` those of the parts that it is in. `depth`
   * is the length of the path to each of the objects.
   */
  constructor(
    depth: number,
    { own, inherited }: { own: readonly FetchError[]; inherited: readonly FetchError[] },
  ) {
    this.#depth = depth;
    for (const error of own) this.#add(error, 0);
    // At the object itself it is an error of what has been told already.
    for (const error of inherited) this.#add(error, depth + 1);
  }

  /** The errors at, below or above an object of the part, with their paths there alone. */
  at(path: ResponsePath): readonly FetchError[] {
    const above = this.#above.flatMap(({ error, explains }) => {
      const here = explains.filter((place) => place.every((key, index) => key === path[index]));
      return here.length === 0 ? [] : [{ error, explains: here }];
    });
    return [...above, ...(this.#byPlace.get(placeKey(path)) ?? [])];
  }

  #add({ error, explains: places }: FetchError, lengthMin: number): void {
    // An error without a place may be about anything.
    const explains = places.length === 0 ? [[]] : places;
    const above = explains.filter(({ length }) => length >= lengthMin && length < this.#depth);
    if (above.length > 0) this.#above.push({ error, explains: above });
    const below = Map.groupBy(
      explains.filter(({ length }) => length >= Math.max(lengthMin, this.#depth)),
      (path) => placeKey(path.slice(0, this.#depth)),
    );
    for (const [key, here] of below) {
      const known = this.#byPlace.get(key);
      if (known === undefined) this.#byPlace.set(key, [{ error, explains: here }]);
      else known.push({ error, explains: here });
    }
  }
}

function placeKey(path: ResponsePath): string {
  return JSON.stringify(path);
}

/** What became of the object of a part. */
export interface AnsweredObject {
  readonly path: ResponsePath;
  readonly data: DataObject | null;
  /** True when the part selects what a path leads to first. */
  selects(path: ResponsePath): boolean;
}

/** An error as a part tells it, and the error that it is, however many parts tell it. */
export interface ToldError {
  readonly told: GraphQLError;
  readonly original: unknown;
}

/**
 * The errors that tell something of the data of a part: of what they have as a value, or what became
 * null by it. Each is told at the first such place.
 */
export function errorsToTell(
  errors: readonly FetchError[],
  answered: AnsweredObject,
): readonly ToldError[] {
  return errors.flatMap(({ error, explains }) => {
    const place = explains.find((path) => tells(path.slice(answered.path.length), answered));
    return place === undefined ? [] : [{ told: atPath(error, place), original: error }];
  });
}

/** `path` leads from the object on. */
function tells(path: ResponsePath, { data, selects }: AnsweredObject): boolean {
  if (path.length === 0) return true;
  if (data === null) return selects(path);
  let value: unknown = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return true;
    if (!Object.hasOwn(value, key)) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}

function atPath(error: GraphQLError, path: ResponsePath): GraphQLError {
  const { message, extensions, originalError } = error;
  return new GraphQLError(message, {
    extensions,
    ...(path.length === 0 ? {} : { path }),
    ...(originalError === undefined ? {} : { originalError }),
  });
}

/** The error of a part that was given up. */
export function failureAt(path: ResponsePath, cause: unknown): GraphQLError {
  return new GraphQLError(cause instanceof AppError ? cause.message : 'A deferred part failed.', {
    path,
    extensions: { code: codeOf(cause) },
    ...(cause instanceof Error ? { originalError: cause } : {}),
  });
}
