import test from 'ava';
import { createSeededTicketing, type SeededTicketing, viewers } from './kit/seeded-ticketing.ts';

/** Everything that a catalogue page could show of each event. */
const catalogueQuery = `query ($first: Int) {
  events(first: $first, orderBy: STARTS_FIRST) {
    nodes {
      name organizer { name } category { name }
      venue {
        name seatCount
        zones(first: 2) { nodes { name sections(first: 2) { nodes { name } } } }
      }
      nextSchedule { startsAt }
      schedules(first: 5) {
        totalCount
        nodes {
          startsAt timeZone salePhase venue { city } event { slug }
          priceFrom { amountMinor currency }
          priceList {
            version
            items(first: 3) { nodes { zone { name } section { name } total { amountMinor } } }
          }
          availability { total free held booked }
          sections(first: 2) {
            nodes {
              section { name }
              availability { free }
              price { total { amountMinor } }
              seats(first: 2) { nodes { state seat { number row { label } } } }
            }
          }
        }
      }
    }
    totalCount
  }
}`;

/** Loaders that several fields of the query share. */
const batchesMissedMax = 4;

/** SQL statements that the query with this page size costs, on an event list of twenty. */
async function countQueries(ticketing: SeededTicketing, first: number): Promise<number> {
  ticketing.queries.length = 0;
  const { data, errors } = await ticketing.execute({ query: catalogueQuery, variables: { first } });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  if (data.events.nodes.length !== first) throw new Error('The page is not full');
  return ticketing.queries.length;
}

test('answers twenty events with as many queries as two', async (t) => {
  await using ticketing = await createSeededTicketing();
  await publishMoreEvents(ticketing, 8);
  const forTwo = await countQueries(ticketing, 2);
  const forTwenty = await countQueries(ticketing, 20);
  // Two fields that ask one loader may meet in a batch or miss it; a query per event would add 18.
  t.true(Math.abs(forTwenty - forTwo) <= batchesMissedMax, `${forTwo}, then ${forTwenty} queries`);
  t.true(forTwenty <= 35, `${forTwenty} queries`);
});

test('answers ten orders with as many queries as one', async (t) => {
  await using ticketing = await createSeededTicketing();
  const orders = await ticketing.database.order.findMany({ take: 10, orderBy: { id: 'asc' } });
  const counts: number[] = [];
  for (const count of [1, 10]) {
    ticketing.queries.length = 0;
    const { errors } = await ticketing.resolveEntities(
      orders.slice(0, count).map(({ id }) => ({ __typename: 'Order', id })),
      `reference tickets { totalCount nodes {
        code order { id } event { name } schedule { startsAt } section { name } seat { number }
      } }`,
      viewers.seller,
    );
    t.is(errors, undefined);
    counts.push(ticketing.queries.length);
  }
  const [forOne = 0, forTen = 0] = counts;
  t.true(forOne > 0 && forTen - forOne <= 1, `${forOne}, then ${forTen} queries`);
});

/** Copies of a seeded event, each with a performance and prices of its own. */
async function publishMoreEvents({ database }: SeededTicketing, count: number): Promise<void> {
  const event = await database.event.findUniqueOrThrow({ where: { slug: 'volcan' } });
  const schedule = await database.schedule.findFirstOrThrow({ where: { eventId: event.id } });
  const zones = await database.zone.findMany({ where: { venueId: event.venueId } });
  const { id: _event, ...eventData } = event;
  const { id: _schedule, eventId: _parent, ...scheduleData } = schedule;
  for (let number = 1; number <= count; number += 1) {
    const items = zones.map(({ id: zoneId }) => ({
      zoneId,
      priceMinor: 10_000 * number,
      feeMinor: 0,
      taxMinor: 0,
    }));
    const priceLists = {
      create: { version: 1, currency: 'MXN', items: { create: items } },
    } as const;
    const schedules = { create: { ...scheduleData, priceLists } };
    const slug = `another-${number}`;
    await database.event.create({ data: { ...eventData, slug, name: slug, schedules } });
  }
}
