import type { DocumentNode, FieldDefinitionNode, TypeNode } from 'graphql';
import { Kind } from 'graphql';
import type { EntityKeys } from '../supergraph/entity-keys.ts';
import { isLeafType } from '../supergraph/join-directives.ts';
import type { CacheStatement } from './cache-statements.ts';
import type { TagTemplate } from './tag-template.ts';
import { parseTagTemplate } from './tag-template.ts';

export interface TagContext {
  readonly subgraph: string;
  readonly supergraph: DocumentNode;
  readonly entityKeys: EntityKeys;
  /** Name of the root type of queries. */
  readonly queryType: string;
}

/**
 * The template of a `@cacheTag`: of a field of Query, which its arguments fill, or of an entity, which
 * its key fills. Throws Error, to be read after the place, for any other.
 */
export function readTagTemplate(
  { type, field, arguments: { format } }: CacheStatement,
  { subgraph, supergraph, entityKeys, queryType }: TagContext,
): TagTemplate {
  const text = String(format);
  if (field !== undefined) {
    if (type.name.value !== queryType) throw new Error('of all fields only those of Query may');
    return parseTagTemplate(text, 'args', (path) => argumentProblem(path, field, supergraph));
  }
  const keys = entityKeys.of(subgraph, type.name.value);
  if (keys.length === 0) throw new Error('of all types only those with a @key may');
  return parseTagTemplate(text, 'key', (path) => {
    const isInKey = keys.some((key) => key.some((leaf) => leaf.join('.') === path.join('.')));
    return isInKey ? undefined : 'names what is no field of a @key';
  });
}

function argumentProblem(
  [name, ...path]: readonly string[],
  field: FieldDefinitionNode,
  supergraph: DocumentNode,
): string | undefined {
  const argument = field.arguments?.find((one) => one.name.value === name);
  if (argument === undefined) return 'names an argument that the field does not have';
  let { type } = argument;
  for (const inputName of path) {
    const input = inputFieldType(type, inputName, supergraph);
    if (input === undefined) return `names "${inputName}", which is no field of the input`;
    type = input;
  }
  const typeName = nullableName(type);
  const isLeaf = typeName !== undefined && isLeafType(typeName, supergraph);
  return isLeaf ? undefined : 'names what is no scalar or enum';
}

function inputFieldType(
  type: TypeNode,
  name: string,
  { definitions }: DocumentNode,
): TypeNode | undefined {
  const typeName = nullableName(type);
  for (const definition of definitions) {
    if (definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) continue;
    if (definition.name.value !== typeName) continue;
    return definition.fields?.find((field) => field.name.value === name)?.type;
  }
  return undefined;
}

/** Undefined for a list. */
function nullableName(type: TypeNode): string | undefined {
  const nullable = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return nullable.kind === Kind.NAMED_TYPE ? nullable.name.value : undefined;
}
