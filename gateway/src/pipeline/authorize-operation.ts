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
import type { PolicyDecisions } from '../policies/policy-decider.ts';
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
 * FORBIDDEN when scopes are missing or policies are not met, or nobody decides them, and
 * DOWNSTREAM_SERVICE_ERROR when they could not be decided. With `nullify`, returns the
 * operation with those fields withheld: no subgraph is asked for them, and each is null in the
 * response with such an error. A subscription to what may not be seen is refused in both.
 */
export function authorizeOperation(
  normalized: NormalizedOperation,
  view: GraphView,
  viewer: Pick<Viewer, 'scopes'> | undefined,
  { unauthorizedFields }: Pick<Config['authorization'], 'unauthorizedFields'>,
  decisions?: PolicyDecisions,
): NormalizedOperation {
  if (view.accessRules.size === 0) return normalized;
  const unmet: [Demand, AppError][] = [];
  for (const demand of demandsOf(normalized, view)) {
    const refusal = refusalOf(demand, viewer, decisions);
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
  { shownAs, rule: { policySets, scopeSets } }: Demand,
  viewer: Pick<Viewer, 'scopes'> | undefined,
  decisions: PolicyDecisions | undefined,
): AppError | undefined {
  if (viewer === undefined) {
    const message = `"${shownAs}" requires authentication: send a valid token.`;
    return new AppError('UNAUTHENTICATED', message);
  }
  if (!(scopeSets?.some((set) => set.every((scope) => viewer.scopes.has(scope))) ?? true)) {
    const alternatives = scopeSets?.map((set) => set.join(' and ')).join(', or ');
    return new AppError('FORBIDDEN', `"${shownAs}" requires the scope ${alternatives}.`);
  }
  return policySets === undefined ? undefined : policyRefusal(shownAs, policySets, decisions);
}

function policyRefusal(
  shownAs: string,
  sets: readonly (readonly string[])[],
  decisions: PolicyDecisions | undefined,
): AppError | undefined {
  if (decisions !== undefined) {
    if (sets.some((set) => set.every((policy) => decisions.get(policy) === true))) return undefined;
    // One that was not decided may have let it through, where no other of its set is against it.
    const isOpen = sets.some((set) => set.every((policy) => decisions.get(policy) !== false));
    if (isOpen) return new AppError('DOWNSTREAM_SERVICE_ERROR', 'Policies could not be decided');
  }
  return new AppError('FORBIDDEN', `"${shownAs}" is protected by a policy.`);
}

/** The policies that decide whether it may be run as a whole. */
export function policiesOf(normalized: NormalizedOperation, view: GraphView): readonly string[] {
  const policies = new Set<string>();
  for (const { rule } of demandsOf(normalized, view)) {
    for (const policy of rule.policySets?.flat() ?? []) policies.add(policy);
  }
  return [...policies];
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
