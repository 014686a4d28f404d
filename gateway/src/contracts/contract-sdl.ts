import { AppError } from '@plaza/schema/errors';
import type {
  DefinitionNode,
  DocumentNode,
  FieldDefinitionNode,
  GraphQLSchema,
  InputValueDefinitionNode,
  NamedTypeNode,
} from 'graphql';
import { buildASTSchema, Kind, parse, printSchema, validateSchema } from 'graphql';
import type { ContractFilter, ContractSdl } from './contract-filter.ts';
import { contractProblems } from './contract-problems.ts';
import type { HiddenElements } from './hidden-elements.ts';
import { hiddenElements } from './hidden-elements.ts';
import type { SchemaTags } from './schema-tags.ts';

/** Problems told of one contract; there may be hundreds after one wrong tag. */
const problemsMax = 20;

/**
 * What each contract shows of an API schema. Throws AppError SUPERGRAPH_UNAVAILABLE that lists what is
 * wrong with all contracts of which no schema can be made, in one line.
 */
export function createContractSdl(
  apiSdl: string,
  tags: SchemaTags,
  filters: readonly ContractFilter[],
): readonly ContractSdl[] {
  if (filters.length === 0) return [];
  const document = parse(apiSdl, { noLocation: true });
  const schema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  const known = new Set([...tags.values()].flatMap((names) => [...names]));
  const refusals: string[] = [];
  const contracts = filters.flatMap((filter) => {
    const hidden = hiddenElements(schema, tags, filter);
    const visible = toVisible(document, schema, hidden);
    if (Array.isArray(visible)) {
      refusals.push(`contract "${filter.name}" cannot be made: ${listed(visible)}`);
      return [];
    }
    const unknownTags = [...filter.include, ...filter.exclude].filter((tag) => !known.has(tag));
    return [{ name: filter.name, apiSdl: printSchema(visible), unknownTags }];
  });
  if (refusals.length > 0) throw new AppError('SUPERGRAPH_UNAVAILABLE', refusals.join('; '));
  return contracts;
}

function listed(problems: readonly string[]): string {
  const more = problems.length - problemsMax;
  const told = problems.slice(0, problemsMax).join(', ');
  return more > 0 ? `${told}, and ${more} problems more` : told;
}

/** What is left of the schema, or what is wrong with it. */
function toVisible(
  { kind, definitions }: DocumentNode,
  schema: GraphQLSchema,
  hidden: HiddenElements,
): GraphQLSchema | string[] {
  const problems = contractProblems(schema, hidden);
  if (problems.length > 0) return problems;
  const left = definitions.flatMap((definition) => visibleDefinition(definition, hidden));
  const visible = buildASTSchema({ kind, definitions: left }, { assumeValidSDL: true });
  const errors = validateSchema(visible);
  return errors.length > 0 ? errors.map(({ message }) => message) : visible;
}

function visibleDefinition(definition: DefinitionNode, hidden: HiddenElements): DefinitionNode[] {
  if (definition.kind === Kind.SCHEMA_DEFINITION) {
    const operationTypes = definition.operationTypes.filter(
      ({ type }) => !hidden.has(type.name.value),
    );
    return [{ ...definition, operationTypes }];
  }
  if (!('name' in definition) || definition.name === undefined) return [definition];
  const name = definition.name.value;
  if (hidden.has(name) && definition.kind !== Kind.DIRECTIVE_DEFINITION) return [];
  const isSeen = (type: NamedTypeNode): boolean => !hidden.has(type.name.value);
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const interfaces = (definition.interfaces ?? []).filter(isSeen);
      const fields = visibleFields(name, definition.fields ?? [], hidden);
      return [{ ...definition, interfaces, fields }];
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      const fields = visibleInputs(`${name}.`, '', definition.fields ?? [], hidden);
      return [{ ...definition, fields }];
    }
    case Kind.ENUM_TYPE_DEFINITION: {
      const { values = [] } = definition;
      const seen = values.filter((value) => !hidden.has(`${name}.${value.name.value}`));
      return [{ ...definition, values: seen }];
    }
    case Kind.UNION_TYPE_DEFINITION:
      return [{ ...definition, types: (definition.types ?? []).filter(isSeen) }];
    default:
      return [definition];
  }
}

function visibleFields(
  typeName: string,
  fields: readonly FieldDefinitionNode[],
  hidden: HiddenElements,
): FieldDefinitionNode[] {
  return fields.flatMap((field) => {
    const coordinate = `${typeName}.${field.name.value}`;
    if (hidden.has(coordinate)) return [];
    const given = visibleInputs(`${coordinate}(`, ':)', field.arguments ?? [], hidden);
    return [{ ...field, arguments: given }];
  });
}

function visibleInputs(
  before: string,
  after: string,
  inputs: readonly InputValueDefinitionNode[],
  hidden: HiddenElements,
): InputValueDefinitionNode[] {
  return inputs.filter((input) => !hidden.has(`${before}${input.name.value}${after}`));
}
