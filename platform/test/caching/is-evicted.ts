import type { FetchPolicy } from '@plaza/gateway/entity-cache/fetch-policy';
import { fillTags } from '@plaza/gateway/entity-cache/tag-template';
import type { CacheInvalidation } from '@plaza/schema/cache-invalidation';

/** Whether a kept answer to root fields, whose arguments hold no variables, is put out of date. */
export function isEvicted(
  policy: FetchPolicy,
  invalidations: readonly CacheInvalidation[],
): boolean {
  return invalidations.some((invalidation) => evicts(invalidation, policy));
}

function evicts(invalidation: CacheInvalidation, policy: FetchPolicy): boolean {
  switch (invalidation.kind) {
    case 'subgraph':
      return true;
    case 'type':
      return policy.types.includes(invalidation.type);
    case 'entity':
      return policy.entityTypes.includes(invalidation.type);
    case 'cache_tag':
      return fillTags(policy, {})?.includes(invalidation.cache_tag) ?? false;
  }
}
