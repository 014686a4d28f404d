import { createHash } from 'node:crypto';
import type {
  ConstDirectiveNode,
  DocumentNode,
  FieldDefinitionNode,
  InputValueDefinitionNode,
  TypeDefinitionNode,
} from 'graphql';
import { isTypeDefinitionNode, Kind, print } from 'graphql';
import type { CacheRules } from '../entity-cache/cache-rules.ts';
import { graphOf, joinsOf, readSubgraphNames, textOf } from './join-directives.ts';
import { isFieldIn } from './subgraph-part.ts';

/**
 * SHA-256, hex, of what the supergraph says of each subgraph: its types, fields, keys, address and
 * caching. What another subgraph adds, takes away or describes better leaves it as it is.
 */
export function hashSubgraphs(
  supergraph: DocumentNode,
  cacheRules: CacheRules,
): ReadonlyMap<string, string> {
  const types = supergraph.definitions.filter(isTypeDefinitionNode);
  const hashes = new Map<string, string>();
  for (const [graph, name] of readSubgraphNames(supergraph)) {
    const { hints = [], tags = [] } = cacheRules.get(name) ?? {};
    const lines = [
      ...types.flatMap((type) => linesOf(type, graph)),
      JSON.stringify([...hints, ...tags]),
    ];
    hashes.set(name, createHash('sha256').update(lines.join('\n')).digest('hex'));
  }
  return hashes;
}

function linesOf(type: TypeDefinitionNode, graph: string): readonly string[] {
  if (type.name.value === 'join__Graph') return addressOf(type, graph);
  const joins = joinsOf(type, 'join__type', graph);
  if (joins.length === 0) return [];
  const about = [
    ...joins,
    ...joinsOf(type, 'join__implements', graph),
    ...joinsOf(type, 'join__unionMember', graph),
  ];
  return [
    `${type.kind} ${type.name.value} ${about.map(writeJoin).sort().join(' ')}`,
    ...fieldsOf(type)
      .filter((field) => isFieldIn(field, graph))
      .map((field) => writeField(field, graph)),
    ...valuesOf(type, graph),
  ];
}

function addressOf(graphs: TypeDefinitionNode, graph: string): readonly string[] {
  if (graphs.kind !== Kind.ENUM_TYPE_DEFINITION) return [];
  const value = graphs.values?.find(({ name }) => name.value === graph);
  return value === undefined ? [] : joinsOf(value, 'join__graph').map(writeJoin);
}

type Field = FieldDefinitionNode | InputValueDefinitionNode;

function fieldsOf(type: TypeDefinitionNode): readonly Field[] {
  return 'fields' in type ? (type.fields ?? []) : [];
}

/** The same whether or not the supergraph has to say that not all subgraphs have the field. */
function writeField(field: Field, graph: string): string {
  const joins = joinsOf(field, 'join__field', graph);
  const type = joins.map((join) => textOf(join, 'type')).find((text) => text !== undefined);
  const given = field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : [];
  const list = given.map((argument) => writeInput(argument, print(argument.type))).join();
  const about = joins.map(writeJoin).sort().join(' ');
  return `${writeInput(field, type ?? print(field.type))} (${list}) ${about}`.trimEnd();
}

function writeInput(input: Field, type: string): string {
  const initial = 'defaultValue' in input ? input.defaultValue : undefined;
  return `${input.name.value}: ${type}${initial === undefined ? '' : ` = ${print(initial)}`}`;
}

function valuesOf(type: TypeDefinitionNode, graph: string): readonly string[] {
  if (type.kind !== Kind.ENUM_TYPE_DEFINITION) return [];
  return (type.values ?? []).flatMap((value) => {
    const joins = joinsOf(value, 'join__enumValue');
    const isIn = joins.length === 0 || joins.some((join) => graphOf(join) === graph);
    return isIn ? value.name.value : [];
  });
}

/** What a join directive says besides whom it is about. */
function writeJoin({ name, arguments: given = [] }: ConstDirectiveNode): string {
  const said = given.filter((argument) => !['graph', 'type'].includes(argument.name.value));
  return said.length === 0 ? '' : `${name.value}(${said.map((one) => print(one)).join()})`;
}
