import type { DocumentNode, GraphQLSchema, ValidationRule } from 'graphql';
import { NoSchemaIntrospectionCustomRule, specifiedRules, validate } from 'graphql';
import { RejectedOperation } from '../rejected-operation.ts';

/** Findings reported for one document; validation stops there. */
const errorsMax = 20;

const rulesWithIntrospection: readonly ValidationRule[] = specifiedRules;
const rulesWithoutIntrospection: readonly ValidationRule[] = [
  ...specifiedRules,
  NoSchemaIntrospectionCustomRule,
];

/**
 * Validates a document against the API schema (GraphQL, section 5).
 * Throws AppError GRAPHQL_VALIDATION_FAILED with every finding, at most 20.
 */
export function validateDocument(
  document: DocumentNode,
  schema: GraphQLSchema,
  options: { isIntrospectionEnabled: boolean },
): void {
  const rules = options.isIntrospectionEnabled ? rulesWithIntrospection : rulesWithoutIntrospection;
  const errors = validate(schema, document, rules, { maxErrors: errorsMax });
  if (errors.length > 0) {
    throw new RejectedOperation('GRAPHQL_VALIDATION_FAILED', errors.slice(0, errorsMax));
  }
}
