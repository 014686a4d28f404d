import { createDatabaseAdapter } from '@plaza/kit/database';
import { createTestSubgraph, type TestSubgraph } from '@plaza/kit/test-kit/create-test-subgraph';
import type { TestViewer } from '@plaza/kit/test-kit/test-tokens';
import { readTicketingConfig, type TicketingConfig } from '../../src/config.ts';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import { defineTicketing } from '../../src/subgraph.ts';

/** The moment at which the tests ask, unless they move the clock. */
export const noon = new Date('2026-06-15T12:00:00.000Z');
const hourMs = 60 * 60_000;

/** What any mutation may answer: the state of an entity, or why nothing happened. */
export interface MutationAnswer {
  /** The member of the result union; undefined for an error. */
  readonly outcome: string | undefined;
  /** The code of the error, if it is one. */
  readonly code: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields its query selects
  readonly result: any;
  readonly message: string | undefined;
}

export interface SmallCatalogue extends TestSubgraph<TicketingConfig> {
  readonly database: PrismaClient;
  /** What the subgraph takes for now; a test may set it. */
  readonly clock: { now: Date };
  readonly places: Places;
  /** Runs one mutation, such as `openSales(id: "...") { ... on Schedule { status } }`. */
  mutate(mutation: string, viewer?: TestViewer, variables?: object): Promise<MutationAnswer>;
  /** A draft event, written straight to the database. */
  addEvent(status?: 'DRAFT' | 'PUBLISHED'): Promise<string>;
  /** A draft performance that begins in a day and is sold from an hour ago. */
  addSchedule(eventId: string, options?: { readonly isPriced?: boolean }): Promise<string>;
}

type Places = Awaited<ReturnType<typeof addPlaces>>;

/** Ticketing in process with two small venues and a clock that stands still. */
export async function createSmallCatalogue(): Promise<SmallCatalogue> {
  const clock = { now: noon };
  const subgraph = await createTestSubgraph(
    defineTicketing(() => clock.now),
    readTicketingConfig({}),
  );
  const adapter = createDatabaseAdapter('ticketing-test', subgraph.config);
  const database = new PrismaClient({ adapter });
  const places = await addPlaces(database);
  return {
    ...subgraph,
    database,
    clock,
    places,
    async mutate(mutation, viewer, variables) {
      const { data, errors } = await subgraph.execute({
        query: `mutation ${mutation}`,
        ...(viewer && { viewer }),
        ...(variables && { variables: { ...variables } }),
      });
      const [result] = Object.values(data ?? {}) as ({ __typename?: string } | undefined)[];
      const [error] = errors ?? [];
      const { __typename: outcome } = result ?? {};
      return { outcome, result, code: error?.extensions?.code, message: error?.message };
    },
    addEvent: (status = 'DRAFT') => addEvent(database, places, status),
    addSchedule: (eventId, options) => addSchedule(database, { eventId, places, ...options }),
    async [Symbol.asyncDispose]() {
      await database.$disconnect();
      await subgraph[Symbol.asyncDispose]();
    },
  };
}

async function addPlaces({ organizer, category, venue, zone, section }: PrismaClient) {
  const named = (name: string) => ({ data: { name, slug: name } });
  const { id: organizerId } = await organizer.create(named('club'));
  const { id: categoryId } = await category.create(named('music'));
  const address = {
    address: 'x',
    city: 'Tijuana',
    countryCode: 'MX',
    latitude: 32,
    longitude: -117,
  };
  const kind = { ...address, type: 'CLUB', timeZone: 'America/Tijuana' } as const;
  const addVenue = async (slug: string) => {
    const { id: venueId } = await venue.create({ data: { ...kind, slug, name: slug } });
    const { id: zoneId } = await zone.create({ data: { venueId, name: 'A', position: 1 } });
    const { id: sectionId } = await section.create({
      data: { venueId, zoneId, name: 'A1', type: 'GENERAL', position: 1 },
    });
    return { venueId, zoneId, sectionId };
  };
  const here = await addVenue('here');
  return { organizerId, categoryId, ...here, elsewhere: await addVenue('elsewhere') };
}

let eventsTotal = 0;

async function addEvent(
  { event }: PrismaClient,
  { organizerId, categoryId, venueId }: Places,
  status: 'DRAFT' | 'PUBLISHED',
): Promise<string> {
  eventsTotal += 1;
  const owners = { organizerId, categoryId, venueId };
  const texts = { name: 'Concert', slug: `concert-${eventsTotal}`, description: 'Loud.' };
  const publishedAt = status === 'PUBLISHED' ? noon : null;
  const data = { ...owners, ...texts, ageRestriction: 'NONE', status, publishedAt } as const;
  const { id } = await event.create({ data });
  return id;
}

async function addSchedule(
  { schedule, priceList }: PrismaClient,
  options: { readonly eventId: string; readonly places: Places; readonly isPriced?: boolean },
): Promise<string> {
  const { eventId, places, isPriced = true } = options;
  const at = (hours: number): Date => new Date(noon.getTime() + hours * hourMs);
  const { id } = await schedule.create({
    data: {
      ...{ eventId, startsAt: at(24), endsAt: at(26), gatesOpenAt: at(23) },
      ...{ publishedAt: at(-2), onSaleAt: at(-1), offSaleAt: at(25) },
    },
  });
  if (!isPriced) return id;
  const price = { zoneId: places.zoneId, priceMinor: 10_000, feeMinor: 500, taxMinor: 80 };
  await priceList.create({
    data: { scheduleId: id, version: 1, currency: 'MXN', items: { create: [price] } },
  });
  return id;
}
