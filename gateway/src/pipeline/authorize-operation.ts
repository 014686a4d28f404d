import { AppError } from '@plaza/schema/errors';
import type { GraphQLCompositeType, GraphQLSchema } from 'graphql';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { AccessRule } from '../supergraph/access-rules.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

/** The person or partner for whom an operation runs. */
export interface Viewer {
  readonly scopes: ReadonlySet<string>;
}

interface Demand {
  readonly coordinate: string;
  readonly rule: AccessRule;
}

const demandsOfOperation = new WeakMap<
  SupergraphSnapshot,
  WeakMap<NormalizedOperation, readonly Demand[]>
>();

/**
 * Refuses an operation that selects what its viewer may not see, whatever `@skip` and `@include` make
 * of that selection. Throws AppError that names the schema coordinate: UNAUTHENTICATED without a
 * viewer, FORBIDDEN when scopes are missing or a policy would have to decide.
 */
export function authorizeOperation(
  normalized: NormalizedOperation,
  snapshot: SupergraphSnapshot,
  viewer?: Viewer,
): void {
  if (snapshot.accessRules.size === 0) return;
  for (const demand of demandsOf(normalized, snapshot)) meetDemand(demand, viewer);
}

function meetDemand({ coordinate, rule }: Demand, viewer: Viewer | undefined): void {
  if (viewer === undefined) {
    throw new AppError('UNAUTHENTICATED', `"${coordinate}" requires authentication.`);
  }
  if (rule.hasPolicy) {
    throw new AppError('FORBIDDEN', `"${coordinate}" is protected by a policy.`);
  }
  const { scopeSets } = rule;
  if (scopeSets === undefined) return;
  if (scopeSets.some((set) => set.every((scope) => viewer.scopes.has(scope)))) return;
  const alternatives = scopeSets.map((set) => set.join(' and ')).join(', or ');
  throw new AppError('FORBIDDEN', `"${coordinate}" requires the scope ${alternatives}.`);
}

function demandsOf(
  normalized: NormalizedOperation,
  snapshot: SupergraphSnapshot,
): readonly Demand[] {
  let byOperation = demandsOfOperation.get(snapshot);
  if (byOperation === undefined) {
    byOperation = new WeakMap();
    demandsOfOperation.set(snapshot, byOperation);
  }
  let demands = byOperation.get(normalized);
  if (demands === undefined) {
    demands = collectDemands(normalized, snapshot);
    byOperation.set(normalized, demands);
  }
  return demands;
}

function collectDemands(
  { document }: NormalizedOperation,
  { apiSchema, executionSchema, accessRules }: SupergraphSnapshot,
): readonly Demand[] {
  const demands = new Map<string, AccessRule>();
  const demand = (coordinate: string): void => {
    const rule = accessRules.get(coordinate);
    if (rule !== undefined) demands.set(coordinate, rule);
  };
  const typeInfo = new TypeInfo(apiSchema);
  const visitor = visitWithTypeInfo(typeInfo, {
    InlineFragment: () => demandType(typeInfo.getType(), demand),
    FragmentDefinition: () => demandType(typeInfo.getType(), demand),
    Field: (node) => {
      const parent = typeInfo.getParentType();
      if (!parent || node.name.value.startsWith('__')) return;
      for (const typeName of selectedTypes(parent, executionSchema)) {
        demand(typeName);
        demand(`${typeName}.${node.name.value}`);
      }
      const type = typeInfo.getType();
      if (type) demand(getNamedType(type).name);
    },
  });
  visit(document, visitor);
  return [...demands].map(([coordinate, rule]) => ({ coordinate, rule }));
}

function demandType(type: ReturnType<TypeInfo['getType']>, demand: (name: string) => void): void {
  const named = type ? getNamedType(type) : undefined;
  if (isCompositeType(named)) demand(named.name);
}

/** A field of an interface is a field of every type that may stand there. */
function selectedTypes(type: GraphQLCompositeType, schema: GraphQLSchema): readonly string[] {
  const full = schema.getType(type.name);
  if (!isAbstractType(full) || isUnionType(full)) return [type.name];
  return [type.name, ...schema.getPossibleTypes(full).map(({ name }) => name)];
}
