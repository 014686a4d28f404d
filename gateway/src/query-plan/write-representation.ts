import { isNonNullType } from 'graphql';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { DataObject } from './merge-data.ts';
import { isInheritedName } from './own-value.ts';
import type { FetchNode, RequiresSelection } from './plan-node.ts';
import { quoteJson } from './quote-json.ts';
import { buildRepresentation, fieldType, hasKey } from './representations.ts';
import { rewriteData } from './rewrite-data.ts';
import { meetsTypeCondition } from './type-condition.ts';

/**
 * Writes what `_entities` takes for one object, as JSON. Undefined when the subgraph could not know
 * the entity by what there is to send.
 */
export type RepresentationWriter = (object: DataObject) => string | undefined;

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
}

/**
 * Compiles what a fetch requires. Representations of leaf fields, nearly all, are written straight;
 * those with nested fields, lists or rewrites are built as data first.
 */
export function createRepresentationWriter(
  node: FetchNode,
  snapshot: SupergraphSnapshot,
): RepresentationWriter {
  const writers = new Map<string, LeafWriter | undefined>();
  const build = (object: DataObject) => buildText(object, node, snapshot);
  return (object) => {
    const typename = object.__typename;
    if (typeof typename !== 'string') return build(object);
    let writer = writers.get(typename);
    // Only names of the schema's types are kept, and there is an end of them.
    if (
      writer === undefined &&
      !writers.has(typename) &&
      snapshot.executionSchema.getType(typename)
    ) {
      writer = compileLeafWriter(typename, node, snapshot);
      writers.set(typename, writer);
    }
    if (writer === undefined) return build(object);
    let text = writer.opening;
    for (const { key, opening, isNullable } of writer.fields) {
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
          return undefined;
        default:
          if (value !== null) return build(object);
          if (!isNullable) return undefined;
          text += `${opening}null`;
      }
    }
    return `${text}}`;
  };
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
  return { opening: `{"__typename":${JSON.stringify(typename)}`, fields: [...fields.values()] };
}
