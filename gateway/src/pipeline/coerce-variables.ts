import { AppError } from '@plaza/schema/errors';
import { getVariableValues } from 'graphql';
import type { Config } from '../config.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

/** Problems listed in one error; the rest are cut off. */
const variableErrorsMax = 20;

/**
 * The operation's variables with defaults filled in, each of the type that the operation declares
 * (GraphQL specification, section 6.1.2). Throws AppError BAD_USER_INPUT that lists each problem;
 * without introspection it suggests no name of the schema.
 */
export function coerceVariables(
  { operation }: NormalizedOperation,
  variables: Readonly<Record<string, unknown>> | undefined,
  { apiSchema }: GraphView,
  introspection: Config['introspection'],
): Readonly<Record<string, unknown>> {
  const { coerced, errors } = getVariableValues(
    apiSchema,
    operation.variableDefinitions ?? [],
    variables ?? {},
    { maxErrors: variableErrorsMax, hideSuggestions: !introspection.enabled },
  );
  if (errors !== undefined) {
    throw new AppError('BAD_USER_INPUT', errors.map(({ message }) => message).join(' '));
  }
  return coerced;
}
