import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { addTypenameToDocument, print } from '@apollo/client/utilities';
import { RefreshSessionDocument, type RefreshSessionMutation } from '../generated/graphql.ts';
import { PlazaError, toPlazaError } from '../plaza-error.ts';
import type { Session } from './token-store.ts';

/** Why somebody has to sign in again: the session was ended, or it is too old. */
export type RefreshRefusal = 'revoked' | 'expired';

export type RefreshOutcome =
  | { readonly session: Session; readonly refusal?: undefined }
  | { readonly session?: undefined; readonly refusal: RefreshRefusal };

export type RefreshSession = (refreshToken: string) => Promise<RefreshOutcome>;

export interface RefreshPlace {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/**
 * Exchanges refresh tokens, past the links of other operations: those wait for it. The text is that of
 * the manifest, so a gateway that trusts only manifests serves it, too.
 */
export function createRefreshSession({
  url,
  fetch,
  headers,
  timeoutMs,
}: RefreshPlace): RefreshSession {
  const query = print(addTypenameToDocument(RefreshSessionDocument));
  return async (refreshToken) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
        },
        body: JSON.stringify({ query, variables: { refreshToken } }),
        signal: controller.signal,
      });
      return toOutcome(await response.json());
    } catch (error) {
      const { code, message } = toPlazaError(error);
      // Text that is no JSON comes from something on the way.
      const isOfNetwork = code === 'ABORTED' || error instanceof SyntaxError;
      throw isOfNetwork
        ? new PlazaError('NETWORK', message, { cause: error })
        : toPlazaError(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

function toOutcome(body: unknown): RefreshOutcome {
  const { data, errors } = body as {
    readonly data?: RefreshSessionMutation | null;
    readonly errors?: CombinedGraphQLErrors['errors'];
  };
  if (errors !== undefined || !data) throw new CombinedGraphQLErrors({ errors: errors ?? [] });
  const { refreshSession } = data;
  switch (refreshSession.__typename) {
    case 'RefreshSessionSuccess': {
      const { accessToken, expiresAt, refreshToken } = refreshSession;
      return { session: { accessToken, expiresAt, refreshToken } };
    }
    case 'SessionRevoked':
      return { refusal: 'revoked' };
    case 'SessionExpired':
      return { refusal: 'expired' };
    default:
      throw new PlazaError('UNKNOWN', 'The graph renews sessions in another way than this client');
  }
}
