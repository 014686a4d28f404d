import type {
  DocumentNode,
  FieldDefinitionNode,
  GraphQLSchema,
  ObjectTypeDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { isAbstractType, isObjectType, Kind, parse } from 'graphql';
import { composeFixture } from '../../kit/compose-fixture.ts';
import type { Resolver, Resolvers, Row, Subgraph } from '../../kit/define-subgraph.ts';
import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { buildMonolith } from '../run-monolith.ts';
import type { DerivedObject } from './derived-values.ts';
import { DerivedValues, isOneOfTheUnknown, knowsFewTag, rootObject } from './derived-values.ts';
import type { TypeDefinition } from './graph-facts.ts';
import { GraphFacts } from './graph-facts.ts';
import { readRequired } from './read-required.ts';
import { directivesNamed, fieldSetOf, hasTag, typeDefinitionsOf } from './read-sdl.ts';

/** A subgraph's schema as text; all else about it is derived from this. */
export interface SubgraphText {
  readonly name: string;
  /** SDL as `defineSubgraph` takes it. */
  readonly typeDefs: string;
  /** Version of the federation specification. Default 2. */
  readonly federation?: 1 | 2;
}

/** A graph whose data are derived: subgraphs that answer, and one schema that answers the same. */
export interface DerivedGraph {
  readonly subgraphs: readonly Subgraph[];
  readonly supergraphSdl: string;
  readonly monolith: GraphQLSchema;
  readonly values: DerivedValues;
}

/** An object as a subgraph holds it, with what it was told of it. */
interface HeldObject extends DerivedObject {
  readonly representation?: Row;
  /** What the field that led here provides. */
  readonly provided?: readonly SelectionSetNode[];
}

/** Builds the subgraphs and the monolith. Throws when they do not compose. */
export function deriveGraph(texts: readonly SubgraphText[]): DerivedGraph {
  const sources = texts.map(({ name, typeDefs }) => ({ name, document: parse(typeDefs) }));
  const facts = new GraphFacts(sources);
  const schemas = new Map<string, GraphQLSchema>();
  const values = new DerivedValues(facts, (subgraph) => {
    const schema = schemas.get(subgraph);
    if (schema === undefined) throw new Error(`There is no subgraph ${subgraph}`);
    return schema;
  });
  const subgraphs = texts.map((text, index) => {
    const document = sources[index]?.document;
    const resolvers = document && new SubgraphResolvers(text.name, values).forTypes(document);
    const subgraph = defineSubgraph({ ...text, ...(resolvers && { resolvers }) });
    schemas.set(text.name, subgraph.schema);
    return subgraph;
  });
  const supergraphSdl = composeFixture(subgraphs);
  return { subgraphs, supergraphSdl, monolith: deriveMonolith(supergraphSdl, values), values };
}

function deriveMonolith(supergraphSdl: string, values: DerivedValues): GraphQLSchema {
  const schema = buildMonolith(supergraphSdl, {});
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isAbstractType(type)) type.resolveType = ({ typeName }: DerivedObject) => typeName;
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = (source: DerivedObject | undefined, args: Row) =>
        values.resolve(source ?? rootObject(type.name), field.name, args);
    }
  }
  return schema;
}

class SubgraphResolvers {
  readonly #subgraph: string;
  readonly #values: DerivedValues;

  constructor(subgraph: string, values: DerivedValues) {
    this.#subgraph = subgraph;
    this.#values = values;
  }

  forTypes(document: DocumentNode): Resolvers {
    const resolvers: Record<string, Readonly<Record<string, Resolver>>> = {};
    for (const type of typeDefinitionsOf(document)) {
      const reference = this.#referenceResolver(type);
      const isObject = type.kind === Kind.OBJECT_TYPE_DEFINITION;
      const isAbstract =
        type.kind === Kind.INTERFACE_TYPE_DEFINITION || type.kind === Kind.UNION_TYPE_DEFINITION;
      if (!isObject && !isAbstract) continue;
      resolvers[type.name.value] = {
        ...(reference && { __resolveReference: reference }),
        ...(isAbstract && { __resolveType: (value: object) => (value as HeldObject).typeName }),
        ...(isObject && this.#fieldResolvers(type)),
      };
    }
    return resolvers;
  }

  #fieldResolvers(type: ObjectTypeDefinitionNode): Readonly<Record<string, Resolver>> {
    const fields = type.fields ?? [];
    return Object.fromEntries(
      fields.map((field) => [field.name.value, this.#fieldResolver(type, field)]),
    );
  }

  #fieldResolver(type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): Resolver {
    const fieldName = field.name.value;
    const provides = directivesNamed(field, 'provides').map(({ fields }) => fieldSetOf(fields));
    return (source, args) => {
      const object: HeldObject =
        (source as unknown as HeldObject | undefined) ?? rootObject(type.name.value);
      const inner = providedBelow(object, fieldName);
      const value = this.#resolve(object, type, field, args, inner !== undefined);
      const provided = [...provides, ...(inner ?? [])];
      return provided.length === 0 ? value : withProvided(value, provided);
    };
  }

  #resolve(
    object: HeldObject,
    type: ObjectTypeDefinitionNode,
    field: FieldDefinitionNode,
    args: Row,
    isProvided: boolean,
  ): unknown {
    const fieldName = field.name.value;
    const facts = this.#values.facts.fieldFacts(object.typeName, fieldName);
    const isOwn = facts.serving.some(
      ({ subgraph, parent }) =>
        subgraph === this.#subgraph && parent.name.value === type.name.value,
    );
    // A subgraph that provides a field knows all that it takes.
    if (isProvided && !isOwn) return this.#values.resolve(object, fieldName, args);
    if (!isOwn && !facts.isPartOfKey) {
      throw new Error(`${this.#subgraph} does not resolve ${type.name.value}.${fieldName}`);
    }
    const { requires } = facts;
    if (requires === undefined) return this.#values.valueOf(object, fieldName, args, undefined);
    // Where all that a field requires is provided, the subgraph is not told of it.
    if (isAllProvided(object, requires)) return this.#values.resolve(object, fieldName, args);
    const required = readRequired(object.representation ?? {}, requires);
    return this.#values.valueOf(object, fieldName, args, required);
  }

  #referenceResolver(type: TypeDefinition): Resolver | undefined {
    const keys = directivesNamed(type, 'key')
      .filter(({ resolvable }) => resolvable !== false)
      .map(({ fields }) => fieldSetOf(fields));
    if (keys.length === 0) return undefined;
    const typeName = type.name.value;
    return (representation) => {
      const key = keys.find((fieldSet) => hasAll(representation, fieldSet));
      if (key === undefined) {
        throw new Error(`${this.#subgraph} cannot know ${JSON.stringify(representation)}`);
      }
      const candidates = this.#values.facts
        .possibleTypes(this.#subgraph, typeName)
        .flatMap((name) => this.#values.instancesOf(name));
      const found = candidates.find((object) => this.#isThatOf(object, representation, key));
      if (found === undefined) {
        throw new Error(`There is no ${JSON.stringify(representation)}`);
      }
      if (hasTag(type, knowsFewTag) && isOneOfTheUnknown(found)) return null;
      return { ...found, representation };
    };
  }

  #isThatOf(object: DerivedObject, representation: Row, { selections }: SelectionSetNode): boolean {
    return selections.every((selection) => {
      if (selection.kind !== Kind.FIELD) return false;
      const name = selection.name.value;
      const value = this.#values.valueOf(object, name, {}, undefined);
      const given = representation[name];
      return selection.selectionSet === undefined
        ? value === given
        : this.#isThatOf(value as DerivedObject, given as Row, selection.selectionSet);
    });
  }
}

function hasAll(representation: Row, { selections }: SelectionSetNode): boolean {
  return selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return false;
    const value = representation[selection.name.value];
    if (value === undefined || value === null) return false;
    return selection.selectionSet === undefined || hasAll(value as Row, selection.selectionSet);
  });
}

/** What is provided below the field; undefined when the field itself is not provided. */
function providedBelow(
  { provided = [], typeName }: HeldObject,
  fieldName: string,
): readonly SelectionSetNode[] | undefined {
  const found: SelectionSetNode[] = [];
  let isProvided = false;
  for (const { selections } of provided) {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD && selection.name.value === fieldName) {
        isProvided = true;
        if (selection.selectionSet !== undefined) found.push(selection.selectionSet);
      } else if (
        selection.kind === Kind.INLINE_FRAGMENT &&
        selection.typeCondition?.name.value === typeName
      ) {
        const inner = providedBelow(
          { typeName, seed: '', provided: [selection.selectionSet] },
          fieldName,
        );
        if (inner === undefined) continue;
        isProvided = true;
        found.push(...inner);
      }
    }
  }
  return isProvided ? found : undefined;
}

function isAllProvided(object: HeldObject, { selections }: SelectionSetNode): boolean {
  return selections.every(
    (selection) =>
      selection.kind === Kind.FIELD && providedBelow(object, selection.name.value) !== undefined,
  );
}

function withProvided(value: unknown, provided: readonly SelectionSetNode[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withProvided(item, provided));
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, provided };
}
