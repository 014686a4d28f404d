import type { GraphQLError } from 'graphql';
import type { ResponseFreshness } from '../entity-cache/response-freshness.ts';
import { locateInResponse } from '../projection/locate-errors.ts';
import { projectData } from '../projection/project-data.ts';
import { writeResponse } from '../projection/write-response.ts';
import type { ExecutedPlan } from '../query-plan/execute-plan.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

export interface ProjectedResponse {
  /** JSON; `null` when a null that is not allowed reached the root. */
  readonly data: string;
  /** Those of the subgraphs, then those of projection; each has `path` and `extensions.code`. */
  readonly errors: readonly GraphQLError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Headers that subgraphs have for the client. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** How long it may be used by others; undefined: not at all. */
  readonly freshness?: ResponseFreshness;
  /** What it did cost, where that is counted. */
  readonly cost?: number;
}

/**
 * Makes the response of what the subgraphs answered: the fields that the operation selects, in its
 * order, each of the type that the API schema gives it (GraphQL specification, section 6.4). A value
 * that is not allowed becomes null up to the nearest nullable field, with a located error in `errors`
 * unless an error of a subgraph speaks of that place already.
 *
 * Data without such a value, nearly all, are written by a compiled writer; the others are projected
 * by `project-data.ts`, which makes the same of them and the errors besides.
 */
export function projectResponse(
  normalized: NormalizedOperation,
  view: GraphView,
  variables: Readonly<Record<string, unknown>>,
  executed: ExecutedPlan,
): ProjectedResponse {
  const fetchErrors = locateInResponse(executed.errors, normalized);
  const text = writeResponse(normalized, view, variables, executed);
  if (text !== undefined) return { data: text, errors: fetchErrors.map(({ error }) => error) };
  const { data, errors } = projectData(normalized, view, variables, {
    ...executed,
    errors: fetchErrors,
  });
  return {
    data: JSON.stringify(data),
    errors: [...fetchErrors.map(({ error }) => error), ...errors],
  };
}
