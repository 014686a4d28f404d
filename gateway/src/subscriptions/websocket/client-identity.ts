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

/** Throws AppError UNAUTHENTICATED for a token that does not hold. */
export async function identifyClient(
  gateway: Gateway,
  ownHeaders: Headers,
): Promise<ClientIdentity> {
  const { viewer, headers } = await gateway.identify(ownHeaders);
  return { viewer, headers, ownHeaders };
}

/** Headers with the token that a ping brings; undefined when it brings no other one. */
export function renewedHeaders(ownHeaders: Headers, payload: Payload): Headers | undefined {
  const renewed = addInitHeaders(ownHeaders, payload, renewableHeaders);
  return renewed.authorization === ownHeaders.authorization ? undefined : renewed;
}

/** True once the token that the client came with has ended. */
export function isExpired({ viewer }: Pick<SubscriberIdentity, 'viewer'>): boolean {
  return viewer !== undefined && viewer.expiresAt <= Date.now();
}

/** A renewed token is for the same person, or for one who was nobody before. */
export function mayBecome(before: ClientIdentity, after: ClientIdentity): boolean {
  return before.viewer === undefined || before.viewer.id === after.viewer?.id;
}
