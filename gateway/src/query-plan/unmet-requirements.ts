import type { FieldNode, SelectionNode } from 'graphql';
import { Kind, parse } from 'graphql';
import type { EntityKeys } from '../supergraph/entity-keys.ts';
import type { JoinedFields } from '../supergraph/joined-fields.ts';
import { mapFetchNodes } from './map-fetch-nodes.ts';
import type { FetchNode, QueryPlan, RequiresSelection } from './plan-node.ts';

/** What the supergraph says of the fields in a plan. */
export interface PlannedFields {
  readonly joinedFields: JoinedFields;
  readonly entityKeys: EntityKeys;
}

/** Selections of the same object, as the plan's JSON or as GraphQL has them. */
type Selections = readonly (SelectionNode | RequiresSelection)[];

/** What a subgraph has for an object besides what it knows. */
interface Known {
  /** What representations bring. */
  readonly sent: Selections;
  /** What the field that led to the object provides. */
  readonly provided: Selections;
}

const rootTypes = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };

/**
 * True when a fetch asks a subgraph for an external field, or for one that requires fields which the
 * fetch does not bring: the answer would be null, or wrong.
 */
export function hasUnmetRequirements(plan: QueryPlan, fields: PlannedFields): boolean {
  let isUnmet = false;
  if (plan.node === undefined) return false;
  mapFetchNodes(plan.node, (fetch) => {
    isUnmet ||= !new FetchedFields(fetch, fields).areMet();
    return [fetch];
  });
  return isUnmet;
}

class FetchedFields {
  readonly #fetch: FetchNode;
  readonly #fields: PlannedFields;

  constructor(fetch: FetchNode, fields: PlannedFields) {
    this.#fetch = fetch;
    this.#fields = fields;
  }

  areMet(): boolean {
    const { operation, operationKind, requires = [] } = this.#fetch;
    const [definition] = parse(operation, { noLocation: true }).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) return true;
    const { selections } = definition.selectionSet;
    const isEntityFetch = this.#fetch.requires !== undefined;
    const [entities] = isEntityFetch ? fieldsIn(selections) : [];
    const ownSelections =
      entities === undefined ? selections : (entities.selectionSet?.selections ?? []);
    return this.#areMet(rootTypes[operationKind], ownSelections, { sent: requires, provided: [] });
  }

  #areMet(typeName: string, selections: readonly SelectionNode[], known: Known): boolean {
    return selections.every((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return true;
      if (selection.kind === Kind.FIELD) return this.#isMet(typeName, selection, known);
      const condition = selection.typeCondition?.name.value ?? typeName;
      return this.#areMet(condition, selection.selectionSet.selections, known);
    });
  }

  #isMet(typeName: string, field: FieldNode, { sent, provided }: Known): boolean {
    const fieldName = field.name.value;
    const { joinedFields, entityKeys } = this.#fields;
    const { serviceName } = this.#fetch;
    const joined = joinedFields.of(serviceName, typeName, fieldName);
    const isProvided = namesIn(provided).has(fieldName);
    if (!isProvided && joined?.isExternal === true) {
      const keys = entityKeys.of(serviceName, typeName);
      if (!keys.some((key) => key.some(([first]) => first === fieldName))) return false;
    }
    const required = joined?.requires;
    if (!isProvided && required !== undefined) {
      const isBrought = contains(sent, required) || contains(provided, required);
      if (!isBrought) return false;
    }
    const inner = field.selectionSet?.selections;
    const type = joinedFields.typeOf(typeName, fieldName);
    if (inner === undefined || type === undefined) return true;
    const providedBelow = [...below(provided, fieldName), ...(joined?.provides ?? [])];
    return this.#areMet(type, inner, { sent: [], provided: providedBelow });
  }
}

/** True when the selections have the names of the required ones; types are not compared. */
function contains(selections: Selections, required: Selections): boolean {
  return [...namesIn(required)].every((name) => {
    if (!namesIn(selections).has(name)) return false;
    // Below what is provided, the subgraph may know the rest by itself.
    const inner = below(selections, name);
    return inner.length === 0 || contains(inner, below(required, name));
  });
}

function fieldsIn(selections: readonly SelectionNode[]): readonly FieldNode[] {
  return selections.filter((selection) => selection.kind === Kind.FIELD);
}

function namesIn(selections: Selections): ReadonlySet<string> {
  const names = new Set<string>();
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) names.add(nameOf(selection));
    else for (const name of namesIn(innerOf(selection))) names.add(name);
  }
  return names;
}

/** What is selected below all fields of the name. */
function below(selections: Selections, name: string): Selections {
  return selections.flatMap((selection): Selections => {
    if (selection.kind !== Kind.FIELD) return below(innerOf(selection), name);
    return nameOf(selection) === name ? innerOf(selection) : [];
  });
}

function nameOf({ name }: { readonly name: string | { readonly value: string } }): string {
  return typeof name === 'string' ? name : name.value;
}

function innerOf(selection: SelectionNode | RequiresSelection): Selections {
  if ('selectionSet' in selection) return selection.selectionSet?.selections ?? [];
  return 'selections' in selection ? (selection.selections ?? []) : [];
}
