import type { CacheHeaders } from '../subgraph-fetch/subgraph-request.ts';

/** How long an answer may be used. */
export interface Lifetime {
  /** 0: not at all. */
  readonly freshMs: number;
  /** After that, while the subgraph fails. */
  readonly staleIfErrorMs: number;
}

const never: Lifetime = { freshMs: 0, staleIfErrorMs: 0 };

/**
 * What a subgraph's headers leave of a lifetime (RFC 9111, sections 4.2 and 5.2.2; RFC 5861, section
 * 4). They can shorten it and forbid, never lengthen or allow. `Vary: *` and, for what all viewers
 * share, `private` or `Vary: Authorization` forbid.
 */
export function shortenLifetime(
  lifetime: Lifetime,
  { cacheControl, age, vary }: CacheHeaders,
  isPrivate: boolean,
): Lifetime {
  const varying = namesIn(vary);
  if (varying.has('*')) return never;
  if (!isPrivate && (varying.has('authorization') || varying.has('cookie'))) return never;
  if (cacheControl === undefined) return lifetime;
  const directives = directivesIn(cacheControl);
  if (directives.has('no-store') || directives.has('no-cache')) return never;
  if (!isPrivate && directives.has('private')) return never;
  const maxAge = secondsIn(directives.get('s-maxage') ?? directives.get('max-age'));
  const staleIfError = secondsIn(directives.get('stale-if-error'));
  const ageMs = (secondsIn(age) ?? 0) * 1_000;
  return {
    freshMs:
      maxAge === undefined
        ? lifetime.freshMs
        : Math.max(0, Math.min(lifetime.freshMs, maxAge * 1_000 - ageMs)),
    staleIfErrorMs: directives.has('must-revalidate')
      ? 0
      : Math.min(lifetime.staleIfErrorMs, (staleIfError ?? Number.POSITIVE_INFINITY) * 1_000),
  };
}

function directivesIn(cacheControl: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const item of cacheControl.split(',')) {
    const [name = '', value = ''] = item.split('=');
    directives.set(name.trim().toLowerCase(), value.trim().replaceAll('"', ''));
  }
  return directives;
}

function namesIn(vary: string | undefined): ReadonlySet<string> {
  return new Set((vary ?? '').split(',').map((name) => name.trim().toLowerCase()));
}

/** What is no number of seconds counts as none left: it was meant to limit. */
function secondsIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,10}$/.test(text.trim()) ? Number(text) : 0;
}
