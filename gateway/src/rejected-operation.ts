import type { ErrorCode } from '@plaza/schema/errors';
import { AppError } from '@plaza/schema/errors';
import { GraphQLError } from 'graphql';

/** A request error with several findings, such as validation: a client gets all of them at once. */
export class RejectedOperation extends AppError {
  readonly errors: readonly GraphQLError[];

  constructor(code: ErrorCode, errors: readonly GraphQLError[]) {
    super(code, errors[0]?.message ?? 'The operation was rejected');
    this.name = 'RejectedOperation';
    this.errors = errors.map((error) => withCode(error, code));
  }
}

function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  const { message, nodes = null, source = null, positions = null, path = null } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions: { code } });
}
