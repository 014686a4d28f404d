import type { JWTPayload } from 'jose';

/** The person or partner for whom an operation runs, as a verified token says. */
export interface Viewer {
  /** The token's subject (`sub`). */
  readonly id: string;
  readonly scopes: ReadonlySet<string>;
  /** When the token ends, clock skew added; milliseconds since 1970. */
  readonly expiresAt: number;
  /** All that the token says. */
  readonly claims: Readonly<JWTPayload>;
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
    scopes: new Set([...scopesIn(claims.scope), ...scopesIn(claims.scp)]),
    expiresAt: claims.exp * 1_000 + clockSkewMs,
    claims,
  };
}

function scopesIn(claim: unknown): readonly string[] {
  const items: readonly unknown[] = typeof claim === 'string' ? claim.split(' ') : list(claim);
  return items.filter((item) => typeof item === 'string' && item !== '') as readonly string[];
}

function list(claim: unknown): readonly unknown[] {
  return Array.isArray(claim) ? claim : [];
}
