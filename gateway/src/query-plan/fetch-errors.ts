import type { ErrorCode } from '@plaza/schema/errors';
import { AppError, errorStatus, isErrorCode } from '@plaza/schema/errors';
import { GraphQLError } from 'graphql';
import type { SubgraphError } from '../subgraph-fetch/subgraph-request.ts';
import type { DataPath, ResponsePath } from './data-path.ts';
import { dataKeysOf, responsePathOf } from './data-path.ts';
import type { FetchNode } from './plan-node.ts';

/** An error of a fetch, and every place of the response whose null it explains. */
export interface FetchError {
  readonly error: GraphQLError;
  readonly explains: readonly ResponsePath[];
}

/** The places that a fetch was to fill: paths of entities, or of root fields. */
export interface FetchPlaces {
  readonly node: FetchNode;
  readonly paths: readonly (DataPath | undefined)[];
}

/**
 * One error for a fetch that failed as a whole, at the first place that it was to fill. An entity
 * that occurs at several places is one error: the others would repeat it.
 */
export function failedFetchError(cause: unknown, places: FetchPlaces): FetchError {
  const explains = places.paths.map((path) => responsePathOf(dataKeysOf(path)));
  const code = cause instanceof AppError ? cause.code : 'DOWNSTREAM_SERVICE_ERROR';
  const message =
    cause instanceof AppError ? cause.message : `Subgraph ${places.node.serviceName} failed.`;
  const originalError = cause instanceof Error ? cause : undefined;
  return {
    error: createError({ message, code, node: places.node, path: explains[0], originalError }),
    explains,
  };
}

/**
 * An error that the subgraph reported. Its message and extensions stay; its code does if it is on the
 * closed list, and a code that says "server fault" takes the other extensions with it. `answerPath` is what follows each of the
 * places; without it the error is about all of them.
 */
export function reportedError(
  reported: SubgraphError,
  places: FetchPlaces,
  answerPath: readonly (string | number)[],
): FetchError {
  const own = finalKeys(answerPath, places.node);
  const explains = places.paths.map((path) => responsePathOf([...dataKeysOf(path), ...own]));
  const message =
    typeof reported.message === 'string' && reported.message !== ''
      ? reported.message
      : `Subgraph ${places.node.serviceName} reported an error without a message.`;
  const reportedCode = reported.extensions?.code;
  const code = isErrorCode(reportedCode) ? reportedCode : 'DOWNSTREAM_SERVICE_ERROR';
  const extensions = errorStatus[code] < 500 ? reported.extensions : undefined;
  return {
    error: createError({ message, code, node: places.node, path: explains[0], extensions }),
    explains,
  };
}

/** The path of a reported error, if it is one. */
export function reportedPath(reported: SubgraphError): readonly (string | number)[] {
  const { path } = reported;
  if (!Array.isArray(path)) return [];
  const isPath = path.every((key) => typeof key === 'string' || typeof key === 'number');
  return isPath ? path : [];
}

/** Keys as the merged data have them: the planner's aliases undone. */
function finalKeys(
  path: readonly (string | number)[],
  node: FetchNode,
): readonly (string | number)[] {
  if (node.outputRewrites === undefined) return path;
  const finalNames = new Map<unknown, string>();
  for (const rewrite of node.outputRewrites) {
    // The planner numbers these aliases; one alias stands for one name throughout a fetch.
    if (rewrite.kind === 'KeyRenamer') finalNames.set(rewrite.path.at(-1), rewrite.renameKeyTo);
  }
  return path.map((key) => finalNames.get(key) ?? key);
}

interface ErrorParts {
  readonly message: string;
  readonly code: ErrorCode;
  readonly extensions?: SubgraphError['extensions'] | undefined;
  readonly node: FetchNode;
  readonly path: ResponsePath | undefined;
  readonly originalError?: Error | undefined;
}

function createError({ extensions, originalError, ...parts }: ErrorParts): GraphQLError {
  const { message, code, node, path } = parts;
  return new GraphQLError(message, {
    ...(path === undefined || path.length === 0 ? {} : { path }),
    ...(originalError === undefined ? {} : { originalError }),
    extensions: { ...extensions, code, serviceName: node.serviceName },
  });
}
