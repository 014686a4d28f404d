import type { Config } from '../config.ts';
import type { ApiKeys } from '../identity/api-keys.ts';
import type { Viewer } from '../identity/viewer.ts';
import { forwardedHeaders } from '../subgraph-fetch/forward-headers.ts';
import { visibleNames, withIdentity } from '../subgraph-fetch/identity-headers.ts';
import type { SubscriberIdentity } from './subscriber.ts';

interface IdentityParts {
  readonly config: Pick<Config, 'headers'>;
  readonly apiKeys: ApiKeys | undefined;
}

/** As whom the viewer of these headers subscribes. */
export function subscriberIdentity(
  headers: Readonly<Record<string, string>>,
  viewer: Viewer | undefined,
  { config, apiKeys }: IdentityParts,
): SubscriberIdentity {
  return {
    viewer,
    headers: forwardedHeaders(
      withIdentity(headers, viewer, config.headers.identity),
      visibleNames(config.headers),
    ),
    holds: standingOf(headers, viewer, apiKeys),
  };
}

function standingOf(
  headers: Readonly<Record<string, string>>,
  viewer: Viewer | undefined,
  apiKeys: ApiKeys | undefined,
): () => boolean {
  // Who is nobody stays nobody.
  if (viewer === undefined) return () => true;
  const key = apiKeys === undefined ? undefined : headers[apiKeys.header];
  if (apiKeys !== undefined && key !== undefined) return apiKeys.standing(key, viewer);
  const { expiresAt } = viewer;
  return () => Date.now() < expiresAt;
}
