import type { GraphQLField, GraphQLNamedType, GraphQLSchema } from 'graphql';
import {
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import type { ContractFilter } from './contract-filter.ts';
import { reachableTypes } from './reachable-types.ts';
import type { SchemaTags } from './schema-tags.ts';

/** Schema coordinates of what is not seen: `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`. */
export type HiddenElements = ReadonlySet<string>;

/**
 * What a contract hides of the API schema, by the rules of Apollo's contracts:
 *
 * - What has an excluded tag is hidden. The tags of an object type or interface are those of its fields.
 * - If there are included tags, fields of object types and interfaces, and unions, need one of them;
 *   arguments, input types, enums and scalars do not.
 * - Types with nothing left in them are hidden, and those that nothing leads to any more, unless they
 *   have an included tag themselves.
 */
export function hiddenElements(
  schema: GraphQLSchema,
  tags: SchemaTags,
  filter: ContractFilter,
): HiddenElements {
  const hidden = new Set<string>();
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const rules = new TagRules(tags, filter);
  for (const type of types) hideByTags(type, rules, hidden);
  for (const type of types) if (!isUnionType(type) && isEmpty(type, hidden)) hidden.add(type.name);
  // Unions have object types in them, never each other.
  for (const type of types) if (isUnionType(type) && isEmpty(type, hidden)) hidden.add(type.name);
  if (!filter.hideUnreachableTypes) return hidden;
  const kept = types.filter(({ name }) => !hidden.has(name) && rules.isIncludedByName(name));
  const reachable = reachableTypes(schema, hidden, kept);
  for (const type of types) if (!reachable.has(type)) hidden.add(type.name);
  return hidden;
}

/** What the tags of an element say of it. */
class TagRules {
  readonly #tags: SchemaTags;
  readonly #include: ReadonlySet<string>;
  readonly #exclude: ReadonlySet<string>;

  constructor(tags: SchemaTags, { include, exclude }: ContractFilter) {
    this.#tags = tags;
    this.#include = new Set(include);
    this.#exclude = new Set(exclude);
  }

  /** True for an element that is tagged so, or that stands in a type that is. */
  isExcluded(...coordinates: readonly string[]): boolean {
    return this.#have(coordinates, this.#exclude);
  }

  /** True for one that needs an included tag and has none. */
  isLeftOut(...coordinates: readonly string[]): boolean {
    return this.#include.size > 0 && !this.#have(coordinates, this.#include);
  }

  isIncludedByName(coordinate: string): boolean {
    return this.#have([coordinate], this.#include);
  }

  #have(coordinates: readonly string[], wanted: ReadonlySet<string>): boolean {
    return coordinates.some((coordinate) =>
      this.#tags
        .get(coordinate)
        ?.values()
        .some((tag) => wanted.has(tag)),
    );
  }
}

function hideByTags(type: GraphQLNamedType, rules: TagRules, hidden: Set<string>): void {
  const { name } = type;
  const hideIf = (isHidden: boolean, coordinate: string): void => {
    if (isHidden) hidden.add(coordinate);
  };
  const needsTag = isUnionType(type) && rules.isLeftOut(name);
  hideIf(rules.isExcluded(name) || needsTag, name);
  if (isUnionType(type) || isScalarType(type)) return;
  if (isEnumType(type)) {
    for (const value of type.getValues()) {
      const coordinate = `${name}.${value.name}`;
      hideIf(rules.isExcluded(coordinate), coordinate);
    }
    return;
  }
  if (isInputObjectType(type)) {
    for (const field of Object.keys(type.getFields())) {
      const coordinate = `${name}.${field}`;
      hideIf(rules.isExcluded(coordinate), coordinate);
    }
    return;
  }
  for (const field of Object.values<GraphQLField<unknown, unknown>>(type.getFields())) {
    const coordinate = `${name}.${field.name}`;
    const isHidden = rules.isExcluded(coordinate) || rules.isLeftOut(name, coordinate);
    hideIf(isHidden, coordinate);
    for (const argument of field.args) {
      const place = `${coordinate}(${argument.name}:)`;
      hideIf(rules.isExcluded(place), place);
    }
  }
}

function isEmpty(type: GraphQLNamedType, hidden: HiddenElements): boolean {
  const { name } = type;
  if (isScalarType(type)) return false;
  if (isUnionType(type)) return type.getTypes().every((member) => hidden.has(member.name));
  const parts = isEnumType(type)
    ? type.getValues().map((value) => value.name)
    : Object.keys(type.getFields());
  return parts.every((part) => hidden.has(`${name}.${part}`));
}
