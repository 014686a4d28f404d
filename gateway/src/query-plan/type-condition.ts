import type { GraphQLSchema } from 'graphql';
import { isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** True when an object of the named type meets the condition; a type nobody knows meets none. */
export function meetsTypeCondition(
  typename: unknown,
  condition: string,
  schema: GraphQLSchema,
): boolean {
  if (typename === condition) return true;
  if (typeof typename !== 'string') return false;
  const wanted = schema.getType(condition);
  if (!isAbstractType(wanted)) return false;
  const type = schema.getType(typename);
  return (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type);
}
