import { AppError } from '@plaza/schema/errors';
import type { FieldNode, GraphQLCompositeType, GraphQLSchema } from 'graphql';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { AccessRule } from '../supergraph/access-rules.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';
import { withholdFields } from './normalize-operation.ts';

/** Forms of one operation for viewers who may see different parts of it. */
const viewerFormsMax = 64;

interface Demand {
  readonly coordinate: string;
  /** The same for clients, who may not know a type that implements what they select. */
  readonly shownAs: string;
  readonly rule: AccessRule;
  /** The selections that need it met. */
  readonly nodes: Set<FieldNode>;
  /** True when it is about what a subscription subscribes to. */
  isOfSource: boolean;
}

export type UnauthorizedFields = Config['authorization']['unauthorizedFields'];

const demandsOfOperation = new WeakMap<
  GraphView,
  WeakMap<NormalizedOperation, readonly Demand[]>
>();

const viewerForms = new WeakMap<NormalizedOperation, LRUCache<string, NormalizedOperation>>();

/**
 * Holds an operation against what its viewer may see, whatever `@skip` and `@include` make of it.
 * With `refuse`, throws AppError that names the schema coordinate: UNAUTHENTICATED without a viewer,
 * FORBIDDEN when scopes are missing or a policy would have to decide. With `nullify`, returns the
 * operation with those fields withheld: no subgraph is asked for them, and each is null in the
 * response with such an error. A subscription to what may not be seen is refused in both.
 */
export function authorizeOperation(
  normalized: NormalizedOperation,
  view: GraphView,
  viewer: Pick<Viewer, 'scopes'> | undefined,
  { unauthorizedFields }: Config['authorization'],
): NormalizedOperation {
  if (view.accessRules.size === 0) return normalized;
  const unmet: [Demand, AppError][] = [];
  for (const demand of demandsOf(normalized, view)) {
    const refusal = refusalOf(demand, viewer);
    if (refusal === undefined) continue;
    if (unauthorizedFields === 'refuse' || demand.isOfSource) throw refusal;
    unmet.push([demand, refusal]);
  }
  return unmet.length === 0 ? normalized : withholdUnmet(normalized, view, unmet);
}

/** True when not everybody may ask for all of it. */
export function isProtected(normalized: NormalizedOperation, view: GraphView): boolean {
  return view.accessRules.size > 0 && demandsOf(normalized, view).length > 0;
}

function refusalOf(
  { shownAs, rule: { hasPolicy, scopeSets } }: Demand,
  viewer: Pick<Viewer, 'scopes'> | undefined,
): AppError | undefined {
  if (viewer === undefined) {
    const message = `"${shownAs}" requires authentication: send a valid token.`;
    return new AppError('UNAUTHENTICATED', message);
  }
  if (hasPolicy) return new AppError('FORBIDDEN', `"${shownAs}" is protected by a policy.`);
  if (scopeSets === undefined) return undefined;
  if (scopeSets.some((set) => set.every((scope) => viewer.scopes.has(scope)))) return undefined;
  const alternatives = scopeSets.map((set) => set.join(' and ')).join(', or ');
  return new AppError('FORBIDDEN', `"${shownAs}" requires the scope ${alternatives}.`);
}

function withholdUnmet(
  normalized: NormalizedOperation,
  view: GraphView,
  unmet: readonly (readonly [Demand, AppError])[],
): NormalizedOperation {
  let forms = viewerForms.get(normalized);
  if (forms === undefined) {
    forms = new LRUCache({ max: viewerFormsMax });
    viewerForms.set(normalized, forms);
  }
  const key = unmet.map(([{ coordinate }, { code }]) => `${coordinate} ${code}`).join();
  let form = forms.get(key);
  if (form === undefined) {
    const withheld = new Map<FieldNode, AppError>();
    for (const [{ nodes }, refusal] of unmet) {
      for (const node of nodes) if (!withheld.has(node)) withheld.set(node, refusal);
    }
    form = withheld.size === 0 ? normalized : withholdFields(normalized, view, withheld);
    forms.set(key, form);
  }
  return form;
}

function demandsOf(normalized: NormalizedOperation, view: GraphView): readonly Demand[] {
  let byOperation = demandsOfOperation.get(view);
  if (byOperation === undefined) {
    byOperation = new WeakMap();
    demandsOfOperation.set(view, byOperation);
  }
  let demands = byOperation.get(normalized);
  if (demands === undefined) {
    demands = collectDemands(normalized, view);
    byOperation.set(normalized, demands);
  }
  return demands;
}

function collectDemands(
  { document, operation }: NormalizedOperation,
  { apiSchema, executionSchema, accessRules }: GraphView,
): readonly Demand[] {
  const demands = new Map<string, Demand>();
  const source = apiSchema.getSubscriptionType();
  const demand = (
    coordinate: string,
    node?: FieldNode,
    { isOfSource = false, shownAs = coordinate } = {},
  ): void => {
    const rule = accessRules.get(coordinate);
    if (rule === undefined) return;
    const known = demands.get(coordinate);
    const one = known ?? { coordinate, shownAs, rule, nodes: new Set(), isOfSource: false };
    demands.set(coordinate, one);
    if (node !== undefined) one.nodes.add(node);
    one.isOfSource ||= isOfSource;
  };
  const demandCondition = (): void => {
    const named = getNamedType(typeInfo.getType());
    // Its fields are withheld one by one; the condition itself shows no more than `__typename` does.
    if (isCompositeType(named)) demand(named.name);
  };
  const typeInfo = new TypeInfo(apiSchema);
  const visitor = visitWithTypeInfo(typeInfo, {
    InlineFragment: demandCondition,
    FragmentDefinition: demandCondition,
    Field: (node) => {
      const parent = typeInfo.getParentType();
      if (!parent || node.name.value.startsWith('__')) return;
      const isOfSource = operation.operation === 'subscription' && parent === source;
      const field = node.name.value;
      for (const typeName of selectedTypes(parent, executionSchema)) {
        const seen = apiSchema.getType(typeName) === undefined ? parent.name : typeName;
        demand(typeName, node, { isOfSource, shownAs: seen });
        demand(`${typeName}.${field}`, node, { isOfSource, shownAs: `${seen}.${field}` });
      }
      const type = typeInfo.getType();
      if (type) demand(getNamedType(type).name, node, { isOfSource });
    },
  });
  visit(document, visitor);
  return [...demands.values()];
}

/** A field of an interface is a field of every type that may stand there. */
function selectedTypes(type: GraphQLCompositeType, schema: GraphQLSchema): readonly string[] {
  const full = schema.getType(type.name);
  if (!isAbstractType(full) || isUnionType(full)) return [type.name];
  return [type.name, ...schema.getPossibleTypes(full).map(({ name }) => name)];
}
