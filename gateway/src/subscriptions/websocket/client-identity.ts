import type { Gateway } from '../../gateway.ts';
import type { SubscriberIdentity } from '../subscriber.ts';
import { addInitHeaders } from './client-headers.ts';
import type { Payload } from './client-messages.ts';

type Headers = Readonly<Record<string, string>>;

/** As whom a client's socket is open. */
export interface ClientIdentity extends SubscriberIdentity {
  /** All that its operations are run with. */
  readonly ownHeaders: Headers;
}

const renewableHeaders: ReadonlySet<string> = new Set(['authorization']);

/** Who has not said yet who they are. */
export function unidentified(ownHeaders: Headers): ClientIdentity {
  return { ownHeaders, headers: {}, viewer: undefined, holds: () => true };
}

/** Throws AppError UNAUTHENTICATED for a token or key that does not hold. */
export async function identifyClient(
  gateway: Gateway,
  ownHeaders: Headers,
): Promise<ClientIdentity> {
  return { ...(await gateway.identify(ownHeaders)), ownHeaders };
}

/** Headers with the token that a ping brings; undefined when it brings no other one. */
export function renewedHeaders(ownHeaders: Headers, payload: Payload): Headers | undefined {
  const renewed = addInitHeaders(ownHeaders, payload, renewableHeaders);
  return renewed.authorization === ownHeaders.authorization ? undefined : renewed;
}

/** A renewed token is for the same person, or for one who was nobody before. */
export function mayBecome(before: ClientIdentity, after: ClientIdentity): boolean {
  if (before.viewer === undefined) return true;
  return before.viewer.id === after.viewer?.id && before.viewer.kind === after.viewer.kind;
}
