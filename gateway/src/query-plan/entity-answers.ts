import { AppError } from '@plaza/schema/errors';
import type { SubgraphError, SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import { assertShallow, isObject } from './merge-data.ts';

/** What became of representations, in their order. */
export interface EntityAnswers {
  /** Null or undefined where there is no entity. */
  readonly answers: readonly unknown[];
  /** Paths begin with `_entities` and a place in `answers`. */
  readonly errors: readonly SubgraphError[];
  /** Places for which a subgraph was asked; what is said without a place is about these. */
  readonly asked?: ReadonlySet<number>;
  /** Why some have no answer. */
  readonly failure?: EntityFailure | undefined;
}

export interface EntityFailure {
  readonly cause: unknown;
  readonly places: ReadonlySet<number>;
}

/**
 * Reads the answer to `_entities`. Throws AppError DOWNSTREAM_SERVICE_ERROR for one that says nothing
 * of which entity is which.
 */
export function readEntityAnswers(
  subgraph: string,
  { data, errors = [] }: SubgraphResponse,
  length: number,
): EntityAnswers {
  const answers = isObject(data) ? data._entities : undefined;
  if (!Array.isArray(answers)) {
    if (errors !== null && errors.length > 0) return { answers: [], errors };
    throw new AppError(
      'DOWNSTREAM_SERVICE_ERROR',
      `Subgraph ${subgraph} answered no list of entities and no error.`,
    );
  }
  if (answers.length !== length) {
    throw new AppError(
      'DOWNSTREAM_SERVICE_ERROR',
      `Subgraph ${subgraph} answered ${answers.length} entities for ${length} representations.`,
    );
  }
  assertShallow(answers);
  return { answers, errors: errors ?? [] };
}

/** Asks for all, and never rejects. */
export async function askForAll(
  representations: readonly string[],
  ask: (representations: readonly string[]) => Promise<EntityAnswers>,
): Promise<EntityAnswers> {
  try {
    return await ask(representations);
  } catch (cause) {
    const places = new Set(representations.keys());
    return { answers: [], errors: [], failure: { cause, places } };
  }
}
