import { ApolloLink } from '@apollo/client';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { map } from 'rxjs';

/** Copies what only headers tell into errors: which request it was, and when to come back. */
export function createAnswerFactsLink(): ApolloLink {
  return new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      map((result) => {
        const { errors } = result as FormattedExecutionResult;
        const response: Response | undefined = operation.getContext().response;
        if (errors === undefined || response === undefined) return result;
        const requestId = response.headers.get('x-request-id');
        const retryAfterMs = readRetryAfter(response.headers);
        const facts = {
          ...(requestId === null ? {} : { requestId }),
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        };
        return { ...result, errors: errors.map((error) => withFacts(error, facts)) };
      }),
    ),
  );
}

function withFacts(error: GraphQLFormattedError, facts: object): GraphQLFormattedError {
  return { ...error, extensions: { ...facts, ...error.extensions } };
}

/** `Retry-After` in seconds, as the gateway writes it; dates are not read. */
export function readRetryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after');
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : undefined;
}
