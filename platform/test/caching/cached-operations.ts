import type { FetchPolicy } from '@plaza/gateway/entity-cache/fetch-policy';
import { rootFetchPolicy } from '@plaza/gateway/entity-cache/fetch-policy';
import type { SupergraphSnapshot } from '@plaza/gateway/supergraph/snapshot';
import {
  type GraphQLField,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** Objects below a root field down to which operations are made. */
const depthMax = 4;

export interface CachedOperation {
  readonly query: string;
  readonly policy: FetchPolicy;
}

/** The policy of an operation that one subgraph answers alone. */
export function policyOf(
  query: string,
  subgraph: string,
  snapshot: SupergraphSnapshot,
): FetchPolicy {
  const node = {
    kind: 'Fetch',
    serviceName: subgraph,
    operation: query,
    operationKind: 'query',
    variableUsages: [],
  } as const;
  return rootFetchPolicy(node, snapshot);
}

/**
 * Operations that may be cached, one for every way from a root field to an object: with all its leaf
 * fields, or with each of them that may be cached alone. `call`: the root field with its arguments.
 */
export function cachedOperations(
  call: string,
  subgraph: string,
  snapshot: SupergraphSnapshot,
): readonly CachedOperation[] {
  const field = snapshot.apiSchema.getQueryType()?.getFields()[call.replace(/\(.*/, '')];
  if (field === undefined) throw new Error(`There is no root field ${call}`);
  const toCached = (query: string): readonly CachedOperation[] => {
    const policy = policyOf(query, subgraph, snapshot);
    return policy.maxAgeMs === 0 ? [] : [{ query, policy }];
  };
  return waysFrom(field, []).flatMap(({ path, leaves }) => {
    const operationOf = (selected: string) =>
      `{ ${[call, ...path].join(' { ')} { ${selected} } ${'} '.repeat(path.length)}}`;
    if (leaves.length === 0) return [];
    const whole = toCached(operationOf(leaves.join(' ')));
    return whole.length > 0 ? whole : leaves.flatMap((leaf) => toCached(operationOf(leaf)));
  });
}

type Field = GraphQLField<unknown, unknown>;

interface Way {
  readonly path: readonly string[];
  readonly leaves: readonly string[];
}

function waysFrom(field: Field, path: readonly string[]): readonly Way[] {
  const type = getNamedType(field.type);
  if (!isObjectType(type) || path.length >= depthMax) return [];
  const fields = Object.values(type.getFields()).filter(
    ({ args }) => !args.some(isRequiredArgument),
  );
  const leaves = fields.filter((one) => isLeafType(getNamedType(one.type)));
  const objects = fields.filter(
    // Edges lead to the same nodes, and no way goes through one field twice.
    ({ name }) =>
      name !== 'edges' && !path.includes(name) && !leaves.some((leaf) => leaf.name === name),
  );
  return [
    { path, leaves: leaves.map(({ name }) => name) },
    ...objects.flatMap((one) => waysFrom(one, [...path, one.name])),
  ];
}
