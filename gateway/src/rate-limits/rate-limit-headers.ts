import type { RateAllowance } from './rate-limiter.ts';

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): quotas with their
 * windows in seconds, and what is left of each; `Retry-After` (RFC 9110) when there was too little.
 */
export function rateLimitHeaders(
  allowances: readonly RateAllowance[],
): Readonly<Record<string, string>> {
  if (allowances.length === 0) return {};
  const items = allowances.map((allowance) => {
    const windowSeconds = Math.max(1, Math.round(allowance.windowMs / 1_000));
    return { ...allowance, windowSeconds, label: `"${allowance.name}-${windowSeconds}s"` };
  });
  const retryMs = Math.max(...allowances.map((allowance) => allowance.retryMs));
  return {
    'ratelimit-policy': items
      .map(({ label, limit, windowSeconds }) => `${label};q=${limit};w=${windowSeconds}`)
      .join(', '),
    ratelimit: items
      .map(({ label, remaining, resetMs }) => `${label};r=${remaining};t=${seconds(resetMs)}`)
      .join(', '),
    ...(retryMs > 0 ? { 'retry-after': String(seconds(retryMs)) } : {}),
  };
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}
