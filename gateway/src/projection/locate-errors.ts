import { GraphQLError } from 'graphql';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import type { ResponsePath } from '../query-plan/data-path.ts';
import type { FetchError } from '../query-plan/fetch-errors.ts';
import { SelectedNames } from './selected-names.ts';

/** Errors of fields that only the gateway asked for are errors of the objects that needed them. */
export function locateInResponse(
  errors: readonly FetchError[],
  { operation, fragments }: NormalizedOperation,
): readonly FetchError[] {
  if (errors.length === 0) return errors;
  const names = new SelectedNames([operation.selectionSet], fragments);
  return errors.map(({ error, explains }) => ({
    error: withPath(error, names.trim(error.path ?? [])),
    explains: explains.map((path) => names.trim(path)),
  }));
}

/** The same error at another place. */
export function withPath(error: GraphQLError, path: ResponsePath): GraphQLError {
  if (path.length === (error.path ?? []).length) return error;
  const { message, extensions, originalError } = error;
  return new GraphQLError(message, {
    extensions,
    ...(path.length === 0 ? {} : { path }),
    ...(originalError === undefined ? {} : { originalError }),
  });
}
