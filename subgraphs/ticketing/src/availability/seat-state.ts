import { registerEnumType } from 'type-graphql';

export const SeatState = { FREE: 'FREE', HELD: 'HELD', BOOKED: 'BOOKED' } as const;
export type SeatState = keyof typeof SeatState;

registerEnumType(SeatState, {
  name: 'SeatState',
  description: 'Live state of a seat in one performance.',
  valuesConfig: {
    FREE: { description: 'Can be chosen, if its section has a price.' },
    HELD: { description: 'Kept for somebody until the hold ends.' },
    BOOKED: { description: 'Sold, or ordered and about to be paid.' },
  },
});
