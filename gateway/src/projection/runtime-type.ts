import type {
  GraphQLCompositeType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLUnionType,
} from 'graphql';
import { isInterfaceType, isObjectType } from 'graphql';

/**
 * The type of an object where the declared type stands. It stays an interface where only a subgraph
 * with an interface object answered, which knows no object types. Undefined for an impossible one.
 */
export function runtimeType(
  schema: GraphQLSchema,
  declared: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
  typename: unknown,
): GraphQLCompositeType | undefined {
  if (isObjectType(declared) || typename === undefined || typename === declared.name) {
    return declared;
  }
  const type = typeof typename === 'string' ? schema.getType(typename) : undefined;
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  return schema.isSubType(declared, type) ? type : undefined;
}
