/**
 * How long gateways may keep what ticketing answers (gateway/README.md). Nothing without a hint is
 * kept: seats and their counts, holds, orders, tickets, promo codes.
 */

/** Venues, what they are built of, categories: no mutation changes them. The same for everybody. */
export const ofReferenceData = '@cacheControl(maxAge: 600, staleIfError: 86400)';

/** Events: each change is announced. Staff sees drafts, so staff's answers are kept apart. */
export const ofEvents =
  '@cacheControl(maxAge: 300, staleIfError: 3600, scope: PRIVATE, varyByScopes: ["event:write"])';

/**
 * Performances, and lists by their dates: one comes and goes by the clock, which nobody announces, so
 * the time is short.
 */
export const ofSchedules =
  '@cacheControl(maxAge: 60, staleIfError: 3600, scope: PRIVATE, varyByScopes: ["event:write"])';

/** What the clock alone changes, while people wait for it. */
export const ofSalePhase = '@cacheControl(maxAge: 5)';

/** Part of what it belongs to. */
export const asItsOwner = '@cacheControl(inheritMaxAge: true)';

/** What anybody may change at any moment, or what not all who see its owner may see. */
export const never = '@cacheControl(maxAge: 0)';
