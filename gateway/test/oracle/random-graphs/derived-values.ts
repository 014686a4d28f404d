import type { FieldNode, GraphQLSchema, SelectionSetNode, TypeNode } from 'graphql';
import { GraphQLError, getArgumentValues, isObjectType, Kind } from 'graphql';
import type { Row } from '../../kit/define-subgraph.ts';
import type { Random } from '../random.ts';
import { createRandom } from '../random.ts';
import type { FieldFacts, GraphFacts } from './graph-facts.ts';
import { hasTag, namedTypeOf } from './read-sdl.ts';

/** An object of the graph: all that it is follows from its type and its seed. */
export interface DerivedObject {
  readonly typeName: string;
  readonly seed: string;
  /** Entities alone: which of the type's. */
  readonly instance?: number;
}

/** On a field: it throws for some objects. */
export const failingTag = 'fails';
/** On an entity of one subgraph: the subgraph knows only some of them. */
export const knowsFewTag = 'knows-few';

/** Entities of each type. */
const instancesPerType = 5;
const nullChance = 0.12;
const failureChance = 0.3;

/** Stands for what a gateway could not send: the field that requires it stays empty. */
export const absent = Symbol('absent');

/**
 * The value of every field of every object, derived from the object, the field and the arguments
 * alone: whoever resolves it, a subgraph or one schema, finds the same.
 */
export class DerivedValues {
  readonly facts: GraphFacts;
  readonly #schemaOf: (subgraph: string) => GraphQLSchema;

  constructor(facts: GraphFacts, schemaOf: (subgraph: string) => GraphQLSchema) {
    this.facts = facts;
    this.#schemaOf = schemaOf;
  }

  instancesOf(typeName: string): readonly DerivedObject[] {
    return Array.from({ length: instancesPerType }, (_, instance) => entity(typeName, instance));
  }

  /** What the field is in one schema, which knows what the field requires. */
  resolve(object: DerivedObject, fieldName: string, args: Row): unknown {
    const required = this.requiredBy(object, fieldName);
    return required === absent ? null : this.valueOf(object, fieldName, args, required);
  }

  /** What the field is with these values for what it requires. Throws for some of failing fields. */
  valueOf(object: DerivedObject, fieldName: string, args: Row, required: unknown): unknown {
    const facts = this.facts.fieldFacts(object.typeName, fieldName);
    if (isUnknown(object, facts)) return null;
    const given = JSON.stringify(this.#withoutUncommon(args, facts));
    const id = `${object.seed}.${fieldName}${given}${JSON.stringify(required) ?? ''}`;
    const random = createRandom(hash(id));
    const isFailing = facts.serving.some(({ node }) => hasTag(node, failingTag));
    if (isFailing && random.chance(failureChance)) {
      const message = `${object.typeName}.${fieldName} failed for ${id}`;
      throw new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
    }
    // A key that leads to another entity leads to one of its own.
    if (facts.isPartOfKey && object.instance !== undefined) {
      const [{ subgraph, node } = {}] = facts.serving;
      const [name = ''] = node
        ? this.facts.possibleTypes(subgraph ?? '', namedTypeOf(node.type))
        : [];
      if (this.facts.isEntity(name)) return entity(name, object.instance);
    }
    return this.#derive(facts, 0, id, random);
  }

  /** What `@requires` would send; undefined without one, `absent` where a part cannot be had. */
  requiredBy(object: DerivedObject, fieldName: string): unknown {
    const { requires } = this.facts.fieldFacts(object.typeName, fieldName);
    return requires === undefined ? undefined : this.#select(object, requires);
  }

  #select(object: DerivedObject, { selections }: SelectionSetNode): Row | typeof absent {
    const selected: Record<string, unknown> = {};
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (selection.typeCondition?.name.value !== object.typeName) continue;
        const inner = this.#select(object, selection.selectionSet);
        if (inner === absent) return absent;
        Object.assign(selected, inner);
      } else if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') {
        const value = this.#selectField(object, selection);
        if (value === absent) return absent;
        selected[selection.name.value] = value;
      }
    }
    return selected;
  }

  #selectField(object: DerivedObject, node: FieldNode): unknown {
    const fieldName = node.name.value;
    const facts = this.facts.fieldFacts(object.typeName, fieldName);
    const required = this.requiredBy(object, fieldName);
    if (required === absent || isUnknown(object, facts)) return absent;
    const value = nullIfFailed(() =>
      this.valueOf(object, fieldName, this.#argumentsOf(facts, node), required),
    );
    return this.#selectValue(value, facts, 0, node.selectionSet);
  }

  #selectValue(
    value: unknown,
    facts: FieldFacts,
    depth: number,
    selectionSet: SelectionSetNode | undefined,
  ): unknown {
    if (value === null) return facts.nullable[depth] === true ? null : absent;
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#selectValue(item, facts, depth + 1, selectionSet));
      return items.includes(absent) ? absent : items;
    }
    return selectionSet === undefined ? value : this.#select(value as DerivedObject, selectionSet);
  }

  #argumentsOf({ serving }: FieldFacts, node: FieldNode): Row {
    const [definition] = serving;
    if (definition === undefined) return {};
    const type = this.#schemaOf(definition.subgraph).getType(definition.parent.name.value);
    const field = isObjectType(type) ? type.getFields()[node.name.value] : undefined;
    return field === undefined ? {} : getArgumentValues(field, node);
  }

  /** Composition drops arguments and input fields that only some subgraphs know. */
  #withoutUncommon(args: Row, { serving, argumentNames }: FieldFacts): Row {
    const definitions = serving[0]?.node.arguments ?? [];
    const entries = definitions.flatMap(({ name: { value: name }, type }) =>
      argumentNames.has(name) && Object.hasOwn(args, name)
        ? [[name, this.#withoutUncommonFields(args[name], type)] as const]
        : [],
    );
    return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  #withoutUncommonFields(value: unknown, type: TypeNode): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#withoutUncommonFields(item, type));
    const definitions = this.facts
      .definitionsOf(namedTypeOf(type))
      .filter((definition) => definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION);
    const [first] = definitions;
    if (first === undefined || typeof value !== 'object' || value === null) return value;
    const common = (first.fields ?? []).filter(({ name }) =>
      definitions.every(({ fields = [] }) =>
        fields.some((field) => field.name.value === name.value),
      ),
    );
    const entries = common.flatMap(({ name: { value: name }, type: fieldType }) =>
      Object.hasOwn(value, name)
        ? [[name, this.#withoutUncommonFields((value as Row)[name], fieldType)] as const]
        : [],
    );
    return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  #derive(facts: FieldFacts, depth: number, id: string, random: Random): unknown {
    const isNull = random.chance(nullChance);
    if (isNull && facts.nullable[depth] === true && !facts.isPartOfKey) return null;
    if (depth < facts.nullable.length - 1) {
      return Array.from({ length: random.below(4) }, (_, index) =>
        this.#derive(facts, depth + 1, `${id}.${index}`, random),
      );
    }
    return this.#deriveNamed(facts, id, random);
  }

  #deriveNamed(facts: FieldFacts, id: string, random: Random): unknown {
    const name = namedTypeOf(facts.type);
    const text = `${name.toLowerCase()}-${hash(id).toString(36)}`;
    switch (name) {
      case 'ID':
        return text;
      case 'String':
        return random.chance(0.1) && !facts.isPartOfKey ? '' : text;
      case 'Int':
        return random.below(10) - 2;
      case 'Float':
        return random.below(8) / 2;
      case 'Boolean':
        return random.chance(0.5);
      case 'Day':
        return `day ${random.below(9)}`;
      case 'JSON':
        return random.oneOf<unknown>([0, '', false, 'text', { a: [1, null] }, []]);
      default:
        return this.#deriveEnumOrObject(facts, id, random);
    }
  }

  #deriveEnumOrObject({ providing }: FieldFacts, id: string, random: Random): unknown {
    const choices = providing.map(({ subgraph, node }) => {
      const name = namedTypeOf(node.type);
      const type = this.facts.typeIn(subgraph, name);
      return type?.kind === Kind.ENUM_TYPE_DEFINITION
        ? { isEnum: true, names: new Set((type.values ?? []).map((value) => value.name.value)) }
        : { isEnum: false, names: new Set(this.facts.possibleTypes(subgraph, name)) };
    });
    const names = choices.reduce(
      (common, choice) => common.intersection(choice.names),
      choices[0]?.names ?? new Set<string>(),
    );
    const name = random.oneOf([...names].toSorted());
    if (choices[0]?.isEnum === true) return name;
    if (name === 'Query') return rootObject(name);
    if (!this.facts.isEntity(name)) return { typeName: name, seed: `${name}-${hash(id)}` };
    return entity(name, random.below(instancesPerType));
  }
}

/** The object from which a query or mutation starts. */
export function rootObject(typeName: string): DerivedObject {
  return { typeName, seed: typeName };
}

/** True when only one subgraph has the field, and that does not know the object. */
function isUnknown(object: DerivedObject, { serving, isPartOfKey }: FieldFacts): boolean {
  const [only, another] = serving;
  if (only === undefined || another !== undefined || isPartOfKey) return false;
  return hasTag(only.parent, knowsFewTag) && isOneOfTheUnknown(object);
}

/** Which entities a subgraph that knows few does not know. */
export function isOneOfTheUnknown({ instance }: DerivedObject): boolean {
  return instance !== undefined && instance % 3 === 2;
}

function entity(typeName: string, instance: number): DerivedObject {
  return { typeName, seed: `${typeName}#${instance}`, instance };
}

function nullIfFailed(resolve: () => unknown): unknown {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  }
  return bits >>> 0;
}
