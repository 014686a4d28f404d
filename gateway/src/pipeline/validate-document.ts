import { AppError } from '@plaza/schema/errors';
import type { DocumentNode, GraphQLSchema, ValidationRule } from 'graphql';
import { NoSchemaIntrospectionCustomRule, specifiedRules, validate } from 'graphql';
import { deferRule } from '../incremental-delivery/defer-rules.ts';
import { RejectedOperation } from '../rejected-operation.ts';

/** Findings reported for one document; validation stops there. */
const errorsMax = 20;

const rulesWithIntrospection: readonly ValidationRule[] = [...specifiedRules, deferRule];
const rulesWithoutIntrospection: readonly ValidationRule[] = [
  ...rulesWithIntrospection,
  NoSchemaIntrospectionCustomRule,
];

/** How graphql-js says that a document has too many fields to compare with each other. */
const abortedMessage = 'Validation aborted.';

/**
 * Validates a document against the API schema (GraphQL, section 5). Without introspection no message
 * suggests a name of the schema. Throws AppError GRAPHQL_VALIDATION_FAILED with every finding, at most
 * 20, or OPERATION_TOO_COMPLEX when it repeats so many fields that checking them would take too long.
 */
export function validateDocument(
  document: DocumentNode,
  schema: GraphQLSchema,
  options: { isIntrospectionEnabled: boolean },
): void {
  const rules = options.isIntrospectionEnabled ? rulesWithIntrospection : rulesWithoutIntrospection;
  const errors = validate(schema, document, rules, {
    maxErrors: errorsMax,
    hideSuggestions: !options.isIntrospectionEnabled,
  });
  if (errors.some(({ message }) => message === abortedMessage)) {
    throw new AppError(
      'OPERATION_TOO_COMPLEX',
      'The document repeats too many fields to be checked',
    );
  }
  if (errors.length > 0) {
    throw new RejectedOperation('GRAPHQL_VALIDATION_FAILED', errors.slice(0, errorsMax));
  }
}
