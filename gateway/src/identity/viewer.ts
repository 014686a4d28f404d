import type { JWTPayload } from 'jose';

/** The person or partner for whom an operation runs, as a verified token or API key says. */
export interface Viewer {
  /** The token's subject (`sub`), or the client that the API key belongs to. */
  readonly id: string;
  /** Who a token is for, or whose API key it is: an id means something within its kind alone. */
  readonly kind: 'person' | 'partner';
  readonly scopes: ReadonlySet<string>;
  /**
   * When the token ends, clock skew added, or the key, if it does; milliseconds since 1970, infinite
   * for a key that only ends when it is revoked.
   */
  readonly expiresAt: number;
  /** All that the token says, or what else is known of the partner. */
  readonly claims: Readonly<JWTPayload>;
  /** Which of the partner's keys it is; no secret. */
  readonly apiKeyId?: string | undefined;
  /** The contract, the part of the graph, that a partner sees; undefined: the whole. */
  readonly contract?: string | undefined;
  /** Which rate limits are a partner's. */
  readonly rateLimitClass?: string | undefined;
}

/**
 * The viewer of a token's verified claims. Scopes stand in `scope`, separated by spaces (RFC 8693,
 * section 4.2), or in `scp`, where some issuers write them, as text or a list.
 */
export function toViewer(
  claims: JWTPayload & { readonly sub: string; readonly exp: number },
  clockSkewMs: number,
): Viewer {
  return {
    id: claims.sub,
    kind: 'person',
    scopes: new Set([...scopesIn(claims.scope), ...scopesIn(claims.scp)]),
    expiresAt: claims.exp * 1_000 + clockSkewMs,
    claims,
  };
}

/** Scopes as text with spaces between them, or as a list; what is neither names none. */
export function scopesIn(claim: unknown): readonly string[] {
  const items: readonly unknown[] = typeof claim === 'string' ? claim.split(' ') : list(claim);
  return items.filter((item) => typeof item === 'string' && item !== '') as readonly string[];
}

function list(claim: unknown): readonly unknown[] {
  return Array.isArray(claim) ? claim : [];
}
