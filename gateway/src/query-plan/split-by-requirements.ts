import type { DocumentNode, FieldNode } from 'graphql';
import { parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { EntityKeys } from '../supergraph/entity-keys.ts';
import type { Requirements } from '../supergraph/required-field-set.ts';
import type { SyntheticFields } from '../supergraph/synthetic-fields.ts';
import { realFieldName, requirementsKey } from '../supergraph/synthetic-fields.ts';
import type { EntityField } from './entity-fields.ts';
import { entityFieldsOf } from './entity-fields.ts';
import type { FetchNode, RequiresSelection } from './plan-node.ts';

/** An entity field and what its `@requires` selects. */
interface Consumer extends EntityField {
  readonly requirements: Requirements;
}

/** Consumers that one representation can serve. */
type Group = readonly Consumer[];

interface Split {
  readonly fetch: FetchNode;
  readonly requires: readonly RequiresSelection[];
  readonly document: DocumentNode;
  readonly consumers: readonly Consumer[];
  readonly keyPaths: ReadonlySet<string>;
  readonly synthetic: SyntheticFields;
}

/**
 * Splits an entity fetch whose representation would need one field twice, with different arguments,
 * into fetches that need it once. What such a fetch could be split into further is left in `parts`.
 */
export function splitByRequirements(
  fetch: FetchNode,
  synthetic: SyntheticFields,
  entityKeys: EntityKeys,
): readonly FetchNode[] {
  const { requires } = fetch;
  if (requires === undefined || synthetic.requirements.size === 0) return [fetch];
  const document = parse(fetch.operation, { noLocation: true });
  const consumers = entityFieldsOf(document).map((entityField): Consumer => {
    const fieldName = realFieldName(entityField.field.name.value, synthetic);
    const key = requirementsKey(fetch.serviceName, entityField.typeName, fieldName);
    return { ...entityField, requirements: synthetic.requirements.get(key) ?? new Map() };
  });
  if (consumers.length === 0) return [fetch];
  const keyPaths = keyPathsOf(fetch.serviceName, consumers, entityKeys);
  const split: Split = { fetch, requires, document, consumers, keyPaths, synthetic };
  const groups = groupWhere(consumers, areCompatible);
  return groups.map((group) => {
    const whole = groups.length === 1 ? fetch : fetchFor(group, split);
    const parts = groupWhere(group, areEqual);
    return parts.length < 2
      ? whole
      : { ...whole, parts: parts.map((part) => fetchFor(part, split)) };
  });
}

function groupWhere(
  consumers: readonly Consumer[],
  fits: (one: Requirements, other: Requirements) => boolean,
): readonly Group[] {
  const groups: Consumer[][] = [];
  for (const consumer of consumers) {
    const group = groups.find((members) =>
      members.every(({ requirements }) => fits(requirements, consumer.requirements)),
    );
    if (group === undefined) groups.push([consumer]);
    else group.push(consumer);
  }
  return groups;
}

/** No place of the representation would have to hold two fields. */
function areCompatible(one: Requirements, other: Requirements): boolean {
  return [...one].every(([path, name]) => (other.get(path) ?? name) === name);
}

function areEqual(one: Requirements, other: Requirements): boolean {
  return one.size === other.size && [...one].every(([path, name]) => other.get(path) === name);
}

function fetchFor(group: Group, split: Split): FetchNode {
  const { fetch, requires, document, consumers } = split;
  const own = new Set(group.map(({ field }) => field));
  const others = new Set(consumers.flatMap(({ field }) => (own.has(field) ? [] : [field])));
  const { operation, variables } = withoutFields(document, others);
  const required = new Map(group.flatMap(({ requirements }) => [...requirements]));
  return {
    ...fetch,
    requires: keepRequired(requires, '', required, split),
    operation,
    variableUsages: fetch.variableUsages.filter((name) => variables.has(name)),
  };
}

/** Keeps what the group requires, and what nobody does: keys. */
function keepRequired(
  selections: readonly RequiresSelection[],
  path: string,
  required: Requirements,
  split: Split,
): readonly RequiresSelection[] {
  return selections.flatMap((selection): readonly RequiresSelection[] => {
    if (selection.kind === 'InlineFragment') {
      const kept = keepRequired(selection.selections, path, required, split);
      return [{ ...selection, selections: kept }];
    }
    const name = realFieldName(selection.name, split.synthetic);
    const ownPath = `${path}.${name}`;
    const isKept =
      required.get(ownPath) === selection.name ||
      (name === selection.name && !required.has(ownPath) && isKeyPath(ownPath, split));
    if (!isKept) return [];
    if (selection.selections === undefined) return [selection];
    const kept = keepRequired(selection.selections, ownPath, required, split);
    return [{ ...selection, selections: kept }];
  });
}

function isKeyPath(path: string, { keyPaths, consumers }: Split): boolean {
  return keyPaths.has(path) || consumers.every(({ requirements }) => !requirements.has(path));
}

/** Dotted paths of the fields of the entities' keys and of the objects that hold them. */
function keyPathsOf(
  subgraph: string,
  consumers: readonly Consumer[],
  entityKeys: EntityKeys,
): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { typeName } of consumers) {
    for (const leaf of entityKeys.of(subgraph, typeName).flat()) {
      let path = '';
      for (const name of leaf) {
        path = `${path}.${name}`;
        paths.add(path);
      }
    }
  }
  return paths;
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
