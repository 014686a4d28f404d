import { hash } from 'node:crypto';
import type { EntityFetch, RootFetch } from '../query-plan/compile-plan.ts';
import { entityQuestion, withoutName } from '../query-plan/compile-plan.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { Sharing } from './audience.ts';
import type { CacheCounts, TypeCounts } from './cache-counts.ts';
import { entityTag, namedTag, nestedTag, subgraphTag, typeTag } from './cache-tags.ts';
import type { FetchPolicy } from './fetch-policy.ts';
import { entityFetchPolicy, rootFetchPolicy } from './fetch-policy.ts';
import { fillTags } from './tag-template.ts';

/** What caching needs to know of one fetch of a plan. Made once, kept as long as the plan is. */
export interface FetchShape {
  readonly subgraph: string;
  /** The same for the same question to the same version of the subgraph. */
  readonly id: string;
  /** Of root fields, or of entities of one type. */
  policyOf(typename: string): TypePolicy;
}

export interface TypePolicy extends FetchPolicy {
  readonly typename: string;
  readonly sharing: Sharing;
  readonly counts: TypeCounts;
  /** The cache tags that all answers have. */
  readonly commonTags: readonly string[];
  /**
   * The other cache tags of an answer. Undefined when one cannot be made: what cannot be put out of date
   * is not kept. `values`: the representation of an entity, or the operation's variables.
   */
  tagsFor(values: Readonly<Record<string, unknown>>): readonly string[] | undefined;
}

/** The type under which root fields are counted. */
export const rootTypename = 'Query';

const shapes = new WeakMap<RootFetch | EntityFetch, FetchShape>();

export function shapeOf(
  fetch: RootFetch | EntityFetch,
  snapshot: SupergraphSnapshot,
  counts: CacheCounts,
): FetchShape {
  let shape = shapes.get(fetch);
  if (shape === undefined) {
    shape = createShape(fetch, snapshot, counts);
    shapes.set(fetch, shape);
  }
  return shape;
}

function createShape(
  fetch: RootFetch | EntityFetch,
  snapshot: SupergraphSnapshot,
  counts: CacheCounts,
): FetchShape {
  const { node } = fetch;
  const subgraph = node.serviceName;
  const policies = new Map<string, TypePolicy>();
  const question = fetch.kind === 'EntityFetch' ? entityQuestion(node) : withoutName(node);
  const version = snapshot.subgraphHashes.get(subgraph) ?? snapshot.hash;
  return {
    subgraph,
    id: hash('sha256', JSON.stringify([subgraph, version, question]), 'base64url'),
    policyOf: (typename) => {
      let policy = policies.get(typename);
      if (policy === undefined) {
        policy = createPolicy(fetch, typename, snapshot, counts);
        policies.set(typename, policy);
      }
      return policy;
    },
  };
}

function createPolicy(
  { kind, node }: RootFetch | EntityFetch,
  typename: string,
  snapshot: SupergraphSnapshot,
  counts: CacheCounts,
): TypePolicy {
  const subgraph = node.serviceName;
  const isRoot = kind === 'RootFetch';
  const policy = isRoot
    ? rootFetchPolicy(node, snapshot)
    : entityFetchPolicy(node, typename, snapshot);
  const commonTags = [
    subgraphTag(subgraph),
    ...policy.types.map((type) => typeTag(subgraph, type)),
    ...policy.entityTypes.map((type) => nestedTag(subgraph, type)),
  ];
  return {
    ...policy,
    typename,
    sharing: policy.scope === 'public' ? 'everybody' : (policy.varyByScopes ?? 'viewer'),
    counts: counts.of(subgraph, typename),
    commonTags,
    tagsFor: (values) => {
      const named = fillTags(policy, isRoot ? { variables: values } : { key: values });
      const own = isRoot ? [] : ownTags(subgraph, typename, values, snapshot);
      if (named === undefined || own === undefined) return undefined;
      return [...own, ...named.map((tag) => namedTag(subgraph, tag))];
    },
  };
}

/** By every key that the representation has; it has one, else the subgraph would not know it. */
function ownTags(
  subgraph: string,
  typename: string,
  representation: Readonly<Record<string, unknown>>,
  { entityKeys }: SupergraphSnapshot,
): readonly string[] | undefined {
  const tags = entityKeys
    .of(subgraph, typename)
    .map((key) => entityTag(subgraph, typename, key, representation))
    .filter((tag) => tag !== undefined);
  return tags.length === 0 ? undefined : tags;
}
