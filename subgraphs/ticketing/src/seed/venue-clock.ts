const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Midnight UTC of the day: the seeds count all their days from there. */
export function referenceDayOf(now: Date): Date {
  return new Date(Math.floor(now.getTime() / dayMs) * dayMs);
}

/** The instant at which clocks in the time zone show `time` (HH:MM) `days` days after the day. */
export function instantAt(
  day: Date,
  days: number,
  clock: { readonly time: string; readonly timeZone: string },
): Date {
  const date = new Date(day.getTime() + days * dayMs).toISOString().slice(0, 10);
  const asIfUtc = new Date(`${date}T${clock.time}:00Z`);
  const offsetMs = offsetAt(asIfUtc, clock.timeZone);
  return new Date(asIfUtc.getTime() - offsetMs);
}

export function addMinutes(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() + minutes * minuteMs);
}

/** How far the zone's clocks are ahead of UTC; exact but for the hour of a clock change. */
function offsetAt(instant: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const name = parts.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value;
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name ?? '');
  if (match === null) return 0;
  const [, sign, hours, minutes] = match;
  return (Number(hours) * 60 + Number(minutes)) * minuteMs * (sign === '-' ? -1 : 1);
}
