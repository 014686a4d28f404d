import type { GraphQLFormattedError } from 'graphql';

/**
 * The response map (GraphQL, section 7.1) as JSON. Errors come first, as the specification advises;
 * without data, which is JSON itself, the request failed before anything was executed.
 */
export function writeResponseBody(
  data: string | undefined,
  errors: readonly GraphQLFormattedError[],
): Buffer {
  if (data === undefined) return Buffer.from(`{"errors":${JSON.stringify(errors)}}`);
  if (errors.length === 0) return Buffer.from(`{"data":${data}}`);
  return Buffer.from(`{"errors":${JSON.stringify(errors)},"data":${data}}`);
}
