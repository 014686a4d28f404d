import { AppError } from '@plaza/schema/errors';
import type {
  ASTVisitor,
  DocumentNode,
  GraphQLSchema,
  ValidationContext,
  ValidationRule,
} from 'graphql';
import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  OverlappingFieldsCanBeMergedRule,
  specifiedRules,
  VariablesInAllowedPositionRule,
  validate,
} from 'graphql';
import { deferRule } from '../incremental-delivery/defer-rules.ts';
import { nextTurn } from '../next-turn.ts';
import { RejectedOperation } from '../rejected-operation.ts';

/** Findings reported for one document; validation stops there. */
const errorsMax = 20;

const rulesWithIntrospection: readonly ValidationRule[] = [
  operationTypeRule,
  ...specifiedRules,
  deferRule,
];
const rulesWithoutIntrospection: readonly ValidationRule[] = [
  ...rulesWithIntrospection,
  NoSchemaIntrospectionCustomRule,
];

/** The rules that take the longest time. */
const slowRules: readonly ValidationRule[] = [
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  VariablesInAllowedPositionRule,
  OverlappingFieldsCanBeMergedRule,
];

/** How graphql-js says that a document has too many fields to compare with each other. */
const abortedMessage = 'Validation aborted.';

export interface ValidationOptions {
  readonly isIntrospectionEnabled: boolean;
}

/**
 * Validates a document against the API schema (GraphQL, section 5). Without introspection no message
 * suggests a name of the schema. Throws AppError GRAPHQL_VALIDATION_FAILED with every finding, at most
 * 20, or OPERATION_TOO_COMPLEX when it repeats so many fields that checking them would take too long.
 */
export function validateDocument(
  document: DocumentNode,
  schema: GraphQLSchema,
  options: ValidationOptions,
): void {
  const rules = rulesFor(options);
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

/**
 * The same for a large document: some rules at a time, each time in another turn of the event loop,
 * the next thing to be done in a new one too.
 */
export async function validateInTurns(
  document: DocumentNode,
  schema: GraphQLSchema,
  options: ValidationOptions,
): Promise<void> {
  for (const rules of rulesInTurns(rulesFor(options))) {
    await nextTurn();
    // What is wrong is told in the order of the document, whatever the rule: by one validation.
    if (validate(schema, document, rules, { maxErrors: 1 }).length > 0) {
      validateDocument(document, schema, options);
    }
  }
  await nextTurn();
}

/** graphql-js leaves it to execution to refuse an operation of a type that the schema does not have. */
function operationTypeRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition: (node) => {
      if (context.getSchema().getRootType(node.operation)) return;
      const message = `The schema has no ${node.operation} type.`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}

function rulesFor({ isIntrospectionEnabled }: ValidationOptions): readonly ValidationRule[] {
  return isIntrospectionEnabled ? rulesWithIntrospection : rulesWithoutIntrospection;
}

function rulesInTurns(rules: readonly ValidationRule[]): readonly (readonly ValidationRule[])[] {
  const quick = rules.filter((rule) => !slowRules.includes(rule));
  const half = Math.ceil(quick.length / 2);
  return [quick.slice(0, half), quick.slice(half), slowRules.slice(0, 2), slowRules.slice(2)];
}
