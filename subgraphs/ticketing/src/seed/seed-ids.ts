/** First hex digits of a seeded row's id, so that an id in a log tells what it is. */
const kinds = {
  organizer: '10',
  category: '11',
  venue: '12',
  zone: '13',
  section: '14',
  row: '15',
  seat: '16',
  gate: '17',
  event: '20',
  schedule: '21',
  priceList: '22',
  price: '23',
  hold: '30',
  order: '31',
  ticket: '32',
} as const;

export type SeedKind = keyof typeof kinds;

/** The same UUIDv7 for the same kind and number on every machine; numbers start at 1. */
export function seedId(kind: SeedKind, number: number): string {
  return `01940000-00${kinds[kind]}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Hands out numbers 1, 2, 3... per kind. */
export class SeedCounter {
  readonly #last = new Map<SeedKind, number>();

  next(kind: SeedKind): string {
    const number = (this.#last.get(kind) ?? 0) + 1;
    this.#last.set(kind, number);
    return seedId(kind, number);
  }
}
