/** A moment of the graph, which is in UTC, on the clocks of a place: a venue's `timeZone`. */
export function formatInZone(
  moment: string,
  { timeZone, locale }: { readonly timeZone: string; readonly locale: string },
  style: Intl.DateTimeFormatOptions = { dateStyle: 'full', timeStyle: 'short' },
): string {
  return new Intl.DateTimeFormat(locale, { ...style, timeZone }).format(new Date(moment));
}

/** How long until a moment, in milliseconds; never below zero. For countdowns. */
export function msUntil(moment: string, now: number = Date.now()): number {
  return Math.max(0, Date.parse(moment) - now);
}
