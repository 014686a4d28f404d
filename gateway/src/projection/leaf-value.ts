import type { GraphQLLeafType } from 'graphql';
import { GRAPHQL_MAX_INT, GRAPHQL_MIN_INT, isEnumType } from 'graphql';

/** What a leaf becomes that is not a value of its type. */
export const invalidLeaf = Symbol('invalid leaf');

/**
 * The response's form of a leaf value. Answers are JSON that a server made by its schema already, so
 * nothing is converted but a numeric ID (GraphQL specification, section 3.5). Values of custom
 * scalars pass as they are. An enum value that the schema does not show is invalid.
 */
export function completeLeaf(type: GraphQLLeafType, value: unknown): unknown {
  if (isEnumType(type)) {
    return typeof value === 'string' && type.getValue(value) ? value : invalidLeaf;
  }
  switch (type.name) {
    case 'Int':
      return isInt(value) ? value : invalidLeaf;
    case 'Float':
      return Number.isFinite(value) ? value : invalidLeaf;
    case 'String':
      return typeof value === 'string' ? value : invalidLeaf;
    case 'Boolean':
      return typeof value === 'boolean' ? value : invalidLeaf;
    case 'ID':
      if (typeof value === 'string') return value;
      return Number.isSafeInteger(value) ? String(value) : invalidLeaf;
    default:
      return value;
  }
}

function isInt(value: unknown): boolean {
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value <= GRAPHQL_MAX_INT &&
    value >= GRAPHQL_MIN_INT
  );
}
