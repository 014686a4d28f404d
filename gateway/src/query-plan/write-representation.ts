import { isNonNullType } from 'graphql';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { DataObject } from './merge-data.ts';
import { isInheritedName } from './own-value.ts';
import type { FetchNode, RequiresSelection } from './plan-node.ts';
import { quoteJson } from './quote-json.ts';
import { buildRepresentation, fieldType, hasKey } from './representations.ts';
import { rewriteData } from './rewrite-data.ts';
import { meetsTypeCondition } from './type-condition.ts';

/** What `_entities` takes for one object, in two parts of which the second tells entities apart. */
export interface Representation {
  /** The same for all representations of one form: JSON. */
  opening: string;
  /** The rest of the JSON, or the one value that is missing to it. */
  identity: string;
  isIdentityValue: boolean;
}

/** The JSON of a representation. */
export function textOf({ opening, identity, isIdentityValue }: Representation): string {
  return isIdentityValue ? `${opening}${quoteJson(identity)}}` : `${opening}${identity}`;
}

/**
 * Reads the representation of an object into `into`, which spares an object for each. False when the
 * subgraph could not know the entity by what there is to send.
 */
export type RepresentationReader = (object: DataObject, into: Representation) => boolean;

/** A required leaf field of one type. */
interface LeafField {
  readonly key: string;
  /** `,"name":` */
  readonly opening: string;
  readonly isNullable: boolean;
}

/** How to write a representation of one type without building it first. */
interface LeafWriter {
  /** `{"__typename":"Product"` */
  readonly opening: string;
  readonly fields: readonly LeafField[];
  /** The field, if there is but one, with all that comes before its value. */
  readonly onlyField: { readonly key: string; readonly opening: string } | undefined;
}

/**
 * Compiles what a fetch requires. Representations of leaf fields, nearly all, are written straight;
 * those with nested fields, lists or rewrites are built as data first.
 */
export function createRepresentationReader(
  node: FetchNode,
  snapshot: SupergraphSnapshot,
): RepresentationReader {
  const writers = new Map<string, LeafWriter | undefined>();
  return (object, into) => {
    const writer = writerFor(object.__typename, writers, node, snapshot);
    if (writer === undefined) return readBuilt(object, into, node, snapshot);
    const { onlyField } = writer;
    const value = onlyField === undefined ? undefined : object[onlyField.key];
    if (onlyField !== undefined && typeof value === 'string') {
      // By far the most frequent: one key field. Its text is written only for an entity not met yet.
      into.opening = onlyField.opening;
      into.identity = value;
      into.isIdentityValue = true;
      return true;
    }
    const leaves = writeLeaves(object, writer);
    if (leaves === undefined) return readBuilt(object, into, node, snapshot);
    into.opening = writer.opening;
    into.identity = leaves;
    into.isIdentityValue = false;
    return leaves !== missing;
  };
}

function readBuilt(
  object: DataObject,
  into: Representation,
  node: FetchNode,
  snapshot: SupergraphSnapshot,
): boolean {
  const text = buildText(object, node, snapshot);
  into.opening = '';
  into.identity = text ?? missing;
  into.isIdentityValue = false;
  return text !== undefined;
}

/** In place of text: something required is not there. No text is empty. */
const missing = '';

/** Undefined when a value is no leaf. */
function writeLeaves(object: DataObject, { fields }: LeafWriter): string | undefined {
  let text = '';
  for (const { key, opening, isNullable } of fields) {
    const value = object[key];
    switch (typeof value) {
      case 'string':
        text += opening + quoteJson(value);
        break;
      case 'number':
      case 'boolean':
        text += opening + value;
        break;
      case 'undefined':
        return missing;
      default:
        if (value !== null) return undefined;
        if (!isNullable) return missing;
        text += `${opening}null`;
    }
  }
  return `${text}}`;
}

function writerFor(
  typename: unknown,
  writers: Map<string, LeafWriter | undefined>,
  node: FetchNode,
  snapshot: SupergraphSnapshot,
): LeafWriter | undefined {
  if (typeof typename !== 'string') return undefined;
  const known = writers.get(typename);
  if (known !== undefined || writers.has(typename)) return known;
  // Only names of the schema's types are kept, and there is an end of them.
  if (snapshot.executionSchema.getType(typename) === undefined) return undefined;
  const writer = compileLeafWriter(typename, node, snapshot);
  writers.set(typename, writer);
  return writer;
}

function buildText(
  object: DataObject,
  node: FetchNode,
  { executionSchema: schema, entityKeys }: SupergraphSnapshot,
): string | undefined {
  const representation = buildRepresentation(object, node.requires ?? [], schema);
  if (representation === undefined) return undefined;
  rewriteData(representation, node.inputRewrites, schema);
  const keys = entityKeys.of(node.serviceName, String(representation.__typename));
  return hasKey(representation, keys) ? JSON.stringify(representation) : undefined;
}

/** Undefined for a type whose representations take more than copying leaves. */
function compileLeafWriter(
  typename: string,
  node: FetchNode,
  { executionSchema: schema, entityKeys }: SupergraphSnapshot,
): LeafWriter | undefined {
  const fields = new Map<string, LeafField>();
  let isSimple = (node.inputRewrites ?? []).length === 0;
  const collect = (selections: readonly RequiresSelection[]): void => {
    for (const selection of selections) {
      if (selection.kind === 'InlineFragment') {
        const { typeCondition } = selection;
        const isMet =
          typeCondition === undefined || meetsTypeCondition(typename, typeCondition, schema);
        if (isMet) collect(selection.selections);
        continue;
      }
      const key = selection.alias ?? selection.name;
      if (selection.selections !== undefined || isInheritedName(key)) isSimple = false;
      const type = fieldType(typename, selection.name, schema);
      const opening = `,${JSON.stringify(key)}:`;
      fields.set(key, { key, opening, isNullable: !isNonNullType(type) });
    }
  };
  collect(node.requires ?? []);
  const keys = entityKeys.of(node.serviceName, typename);
  const hasPlainKey = keys.some((paths) =>
    paths.every(([name = '', ...rest]) => rest.length === 0 && fields.has(name)),
  );
  if (!isSimple || !hasPlainKey || !fields.delete('__typename')) return undefined;
  const opening = `{"__typename":${JSON.stringify(typename)}`;
  const [first, second] = fields.values();
  const onlyField =
    first === undefined || second !== undefined
      ? undefined
      : { key: first.key, opening: opening + first.opening };
  return { opening, fields: [...fields.values()], onlyField };
}
