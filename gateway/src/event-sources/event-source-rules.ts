import type { CoreFeature, CoreFeatures } from '@apollo/federation-internals';
import { eventSourceIdentity } from '@plaza/schema/event-source';
import type {
  ConstDirectiveNode,
  DocumentNode,
  FieldDefinitionNode,
  ObjectTypeDefinitionNode,
  TypeNode,
} from 'graphql';
import { Kind, valueFromASTUntyped } from 'graphql';
import {
  argumentOf,
  isLeafType,
  readSubgraphNames,
  rootTypeName,
} from '../supergraph/join-directives.ts';
import type { Template } from './template.ts';
import { parseTemplate } from './template.ts';

/** Which topic feeds a subscription field, and which of its events pass. */
export interface EventSourceRule {
  /** Schema coordinate, such as `Subscription.orderChanged`. */
  readonly coordinate: string;
  /** The subgraph that announces it. */
  readonly subgraph: string;
  readonly topic: Template;
  /** All must hold. */
  readonly filters: readonly EventFilterRule[];
  /** True when an event says that what is cached of the entity that it names is out of date. */
  readonly evicts: boolean;
}

export interface EventFilterRule {
  /** Name of a field of the payload. */
  readonly field: string;
  /** What it may be. */
  readonly values: readonly Template[];
  /** A viewer with all scopes of one of these sets gets every event. */
  readonly orScopes: readonly (readonly string[])[];
}

/** Rules by the name of the subscription field. */
export type EventSourceRules = ReadonlyMap<string, EventSourceRule>;

interface DirectiveNames {
  readonly source: string;
  readonly filter: string;
}

/**
 * Reads `@eventSource` and `@eventFilter` from the supergraph, whatever names they were imported by.
 * Throws Error that names the field for a template or a place that they cannot have.
 */
export function readEventSources(
  supergraph: DocumentNode,
  features: CoreFeatures | undefined,
): EventSourceRules {
  const rules = new Map<string, EventSourceRule>();
  const feature = features?.getByIdentity(eventSourceIdentity);
  if (feature === undefined) return rules;
  const names = directiveNames(feature);
  const rootName = subscriptionTypeName(supergraph);
  for (const definition of supergraph.definitions) {
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${definition.name.value}.${field.name.value}`;
      const used = (field.directives ?? []).filter(({ name }) =>
        [names.source, names.filter].includes(name.value),
      );
      if (used.length === 0) continue;
      const isRoot = definition.kind === Kind.OBJECT_TYPE_DEFINITION;
      if (!isRoot || definition.name.value !== rootName || field.kind !== Kind.FIELD_DEFINITION) {
        throw new Error(`"${coordinate}" has @${names.source}: only fields of Subscription may`);
      }
      const owners = ownersOf(field, definition, supergraph);
      const parts = { used, names, owners, supergraph };
      rules.set(field.name.value, readRule(coordinate, field, parts));
    }
  }
  return rules;
}

function directiveNames(feature: CoreFeature): DirectiveNames {
  const { version } = feature.url;
  if (version.major !== 1) throw new Error(`${feature.url} is linked: only version 1 is known`);
  return {
    source: feature.directiveNameInSchema('eventSource'),
    filter: feature.directiveNameInSchema('eventFilter'),
  };
}

interface RuleParts {
  readonly used: readonly ConstDirectiveNode[];
  readonly names: DirectiveNames;
  readonly owners: readonly string[];
  readonly supergraph: DocumentNode;
}

function readRule(
  coordinate: string,
  field: FieldDefinitionNode,
  { used, names, owners, supergraph }: RuleParts,
): EventSourceRule {
  const [source, anotherSource] = used.filter(({ name }) => name.value === names.source);
  const [subgraph, anotherOwner] = owners;
  try {
    if (source === undefined) throw new Error(`@${names.filter} needs @${names.source} beside it`);
    if (subgraph === undefined || anotherSource !== undefined || anotherOwner !== undefined) {
      throw new Error('it must belong to one subgraph, which names one topic');
    }
    const read = (text: unknown): Template =>
      parseTemplate(String(text), (name) => argumentProblem(name, field, supergraph));
    const { topic, evicts } = argumentsOf(source);
    return {
      coordinate,
      subgraph,
      topic: read(topic),
      filters: used
        .filter(({ name }) => name.value === names.filter)
        .map((filter) => readFilter(filter, read)),
      evicts: evicts !== false,
    };
  } catch (error) {
    throw new Error(`"${coordinate}": ${(error as Error).message}`, { cause: error });
  }
}

/** The subgraphs that have the field: those that it names, else all that have its type. */
function ownersOf(
  field: FieldDefinitionNode,
  type: ObjectTypeDefinitionNode,
  supergraph: DocumentNode,
): readonly string[] {
  const names = readSubgraphNames(supergraph);
  const joinedBy = ({ directives = [] }: Pick<FieldDefinitionNode, 'directives'>, join: string) =>
    directives.flatMap((directive): string[] => {
      const graph = directive.name.value === join ? argumentOf(directive, 'graph') : undefined;
      return graph?.kind === Kind.ENUM ? [names.get(graph.value) ?? graph.value] : [];
    });
  const named = joinedBy(field, 'join__field');
  return named.length > 0 ? named : joinedBy(type, 'join__type');
}

function readFilter(
  directive: ConstDirectiveNode,
  read: (text: unknown) => Template,
): EventFilterRule {
  const { field, in: values, orScopes } = argumentsOf(directive);
  return {
    field: String(field),
    values: listOf(values).map(read),
    orScopes: listOf(orScopes).map((set) => listOf(set).map(String)),
  };
}

function argumentsOf(directive: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  const given = (directive.arguments ?? []).map(({ name, value }) => [
    name.value,
    valueFromASTUntyped(value),
  ]);
  return Object.fromEntries(given) as Readonly<Record<string, unknown>>;
}

/** A list of one item may be written without its brackets (GraphQL specification, section 3.11). */
function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function argumentProblem(
  name: string,
  field: FieldDefinitionNode,
  supergraph: DocumentNode,
): string | undefined {
  const argument = field.arguments?.find((one) => one.name.value === name);
  if (argument === undefined) return 'names an argument that the field does not have';
  const isText = isRequiredLeaf(argument.type, supergraph);
  return isText ? undefined : 'names an argument that is no required (!) scalar or enum';
}

function isRequiredLeaf(type: TypeNode, supergraph: DocumentNode): boolean {
  if (type.kind !== Kind.NON_NULL_TYPE || type.type.kind !== Kind.NAMED_TYPE) return false;
  return isLeafType(type.type.name.value, supergraph);
}

/** Name of the root type of subscriptions. */
export function subscriptionTypeName(supergraph: DocumentNode): string {
  return rootTypeName(supergraph, 'subscription') ?? 'Subscription';
}
