import type { Work } from '../transactions.ts';

/** Tag of lists of events: an event that comes or goes changes lists that it is not in. */
const eventListsTag = 'events';

/** The event has changed, or it is new. */
export function outdateEvent(work: Work, id: string): void {
  work.outdate({ kind: 'entity', type: 'Event', key: { id } }, { kind: 'tag', tag: eventListsTag });
}

/** The event came to light, and with it performances that nobody but staff could see. */
export function outdatePublication(work: Work, id: string): void {
  work.outdate({ kind: 'type', type: 'Schedule' });
  outdateEvent(work, id);
}

/** The performance has changed, or it is new: events are listed by their performances. */
export function outdateSchedule(
  work: Work,
  { id, eventId }: { readonly id: string; readonly eventId: string },
): void {
  outdatePrices(work, id);
  outdateEvent(work, eventId);
}

/** Other prices are in force for the performance. */
export function outdatePrices(work: Work, scheduleId: string): void {
  work.outdate(
    { kind: 'entity', type: 'Schedule', key: { id: scheduleId } },
    { kind: 'tag', tag: `schedule-${scheduleId}` },
  );
}
