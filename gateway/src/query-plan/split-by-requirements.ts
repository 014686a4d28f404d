import type { DocumentNode, FieldNode } from 'graphql';
import { parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { SyntheticFields } from '../supergraph/synthetic-fields.ts';
import { realFieldName, requirementsKey } from '../supergraph/synthetic-fields.ts';
import type { EntityField } from './entity-fields.ts';
import { entityFieldsOf } from './entity-fields.ts';
import type { FetchNode, RequiresSelection } from './plan-node.ts';

/** Fields of an entity that one representation can serve, and what they require together. */
interface Bucket {
  readonly fields: Set<FieldNode>;
  readonly requirements: Map<string, string>;
}

/**
 * Splits an entity fetch whose representation would need one field twice, with different arguments,
 * into fetches that need it once. Each keeps the fields that its representation is right for.
 */
export function splitByRequirements(
  fetch: FetchNode,
  synthetic: SyntheticFields,
): readonly FetchNode[] {
  const { requires } = fetch;
  if (requires === undefined || !hasClash(requires, '', synthetic, new Map())) return [fetch];
  const document = parse(fetch.operation, { noLocation: true });
  const entityFields = entityFieldsOf(document);
  const buckets = fillBuckets(entityFields, fetch.serviceName, synthetic);
  return buckets.map((bucket) => {
    const others = new Set(
      entityFields.flatMap(({ field }) => (bucket.fields.has(field) ? [] : [field])),
    );
    const { operation, variables } = withoutFields(document, others);
    return {
      ...fetch,
      requires: keepRequired(requires, '', bucket.requirements, synthetic),
      operation,
      variableUsages: fetch.variableUsages.filter((name) => variables.has(name)),
    };
  });
}

/** True when two selections would have one place in the representation. */
function hasClash(
  selections: readonly RequiresSelection[],
  path: string,
  synthetic: SyntheticFields,
  names: Map<string, string>,
): boolean {
  return selections.some((selection) => {
    if (selection.kind === 'InlineFragment') {
      return hasClash(selection.selections, path, synthetic, names);
    }
    const ownPath = `${path}.${realFieldName(selection.name, synthetic)}`;
    const known = names.get(ownPath) ?? selection.name;
    names.set(ownPath, known);
    return (
      known !== selection.name || hasClash(selection.selections ?? [], ownPath, synthetic, names)
    );
  });
}

function fillBuckets(
  entityFields: readonly EntityField[],
  subgraph: string,
  synthetic: SyntheticFields,
): readonly Bucket[] {
  const buckets: Bucket[] = [];
  for (const { typeName, field } of entityFields) {
    const fieldName = realFieldName(field.name.value, synthetic);
    const key = requirementsKey(subgraph, typeName, fieldName);
    const required = [...(synthetic.requirements.get(key) ?? [])];
    let bucket = buckets.find(({ requirements }) =>
      required.every(([path, name]) => (requirements.get(path) ?? name) === name),
    );
    if (bucket === undefined) {
      bucket = { fields: new Set(), requirements: new Map() };
      buckets.push(bucket);
    }
    bucket.fields.add(field);
    for (const [path, name] of required) bucket.requirements.set(path, name);
  }
  return buckets;
}

/** What is in nobody's requirements stays if it has its own name: keys and their like. */
function keepRequired(
  selections: readonly RequiresSelection[],
  path: string,
  requirements: ReadonlyMap<string, string>,
  synthetic: SyntheticFields,
): readonly RequiresSelection[] {
  return selections.flatMap((selection): readonly RequiresSelection[] => {
    if (selection.kind === 'InlineFragment') {
      const kept = keepRequired(selection.selections, path, requirements, synthetic);
      return [{ ...selection, selections: kept }];
    }
    const name = realFieldName(selection.name, synthetic);
    const ownPath = `${path}.${name}`;
    if ((requirements.get(ownPath) ?? name) !== selection.name) return [];
    if (selection.selections === undefined) return [selection];
    const kept = keepRequired(selection.selections, ownPath, requirements, synthetic);
    return [{ ...selection, selections: kept }];
  });
}

function withoutFields(
  document: DocumentNode,
  fields: ReadonlySet<FieldNode>,
): { readonly operation: string; readonly variables: ReadonlySet<string> } {
  const kept = visit(document, {
    Field: (node) => (fields.has(node) ? null : undefined),
    InlineFragment: {
      leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined),
    },
  });
  const variables = new Set<string>();
  visit(kept, {
    VariableDefinition: () => false,
    Variable: (node) => {
      variables.add(node.name.value);
    },
  });
  const pruned = visit(kept, {
    VariableDefinition: (node) => (variables.has(node.variable.name.value) ? undefined : null),
  });
  return { operation: stripIgnoredCharacters(print(pruned)), variables };
}
