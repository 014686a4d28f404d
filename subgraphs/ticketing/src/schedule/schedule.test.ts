import test from 'ava';
import {
  absentId,
  createSeededTicketing,
  type SeededTicketing,
  seededAt,
  viewers,
} from '../../test/kit/seeded-ticketing.ts';
import type { Schedule } from '../generated/prisma/client.ts';

let ticketing: SeededTicketing;
let match: Schedule;
test.before(async () => {
  ticketing = await createSeededTicketing();
  match = await scheduleOf('frontera-vs-deportivo-bahia');
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

function scheduleOf(slug: string): Promise<Schedule> {
  return ticketing.database.schedule.findFirstOrThrow({
    where: { event: { slug } },
    orderBy: { startsAt: 'asc' },
  });
}

test('serves a performance with its times, place and sale', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: `query ($id: ID!) { schedule(id: $id) {
      status startsAt endsAt gatesOpenAt publishedAt presaleStartsAt presaleEndsAt
      onSaleAt offSaleAt holdMinutes gameCategory salePhase timeZone event { slug } venue { slug }
    } }`,
    variables: { id: match.id },
  });
  t.is(errors, undefined);
  t.deepEqual(data.schedule, {
    status: 'ON_SALE',
    startsAt: '2026-06-21T04:00:00.000Z',
    endsAt: '2026-06-21T06:00:00.000Z',
    gatesOpenAt: '2026-06-21T02:30:00.000Z',
    publishedAt: '2026-04-06T00:00:00.000Z',
    presaleStartsAt: '2026-05-14T17:00:00.000Z',
    presaleEndsAt: '2026-05-16T17:00:00.000Z',
    onSaleAt: '2026-05-16T17:00:00.000Z',
    offSaleAt: '2026-06-21T04:30:00.000Z',
    holdMinutes: 5,
    gameCategory: 'REGULAR',
    salePhase: 'ON_SALE',
    timeZone: 'America/Tijuana',
    event: { slug: 'frontera-vs-deportivo-bahia' },
    venue: { slug: 'estadio-frontera' },
  });
});

test('seeds performances in every phase of their sale', async (t) => {
  const { data } = await ticketing.execute({
    query: '{ events(first: 100) { nodes { schedules { nodes { salePhase } } } } }',
  });
  const phases = data.events.nodes.flatMap(
    (event: { schedules: { nodes: { salePhase: string }[] } }) =>
      event.schedules.nodes.map(({ salePhase }) => salePhase),
  );
  t.deepEqual([...new Set(phases)].toSorted(), ['BEFORE_SALE', 'ENDED', 'ON_SALE', 'PRESALE']);
});

test('answers null for an absent performance and refuses an id that is none', async (t) => {
  const absent = await ticketing.execute({ query: `{ schedule(id: "${absentId}") { id } }` });
  t.is(absent.errors, undefined);
  t.is(absent.data.schedule, null);
  const malformed = await ticketing.execute({ query: '{ schedule(id: "x") { id } }' });
  t.is(malformed.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
});

test('prices a section by itself before its zone', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: `query ($id: ID!) { schedule(id: $id) {
      priceFrom { amountMinor currency }
      priceList { version currency items(first: 100) { totalCount nodes {
        zone { name } section { name } price { amountMinor } fee { amountMinor }
        tax { amountMinor } total { amountMinor currency }
      } } }
      sections(first: 100) { nodes { section { name } price { total { amountMinor } } } }
    } }`,
    variables: { id: match.id },
  });
  t.is(errors, undefined);
  const { priceFrom, priceList, sections } = data.schedule;
  t.deepEqual(priceFrom, { amountMinor: 48_000, currency: 'MXN' });
  t.like(priceList, { version: 1, currency: 'MXN', items: { totalCount: 12 } });
  t.deepEqual(priceList.items.nodes[1], {
    zone: { name: 'Nivel 100' },
    section: null,
    price: { amountMinor: 75_000 },
    fee: { amountMinor: 8_621 },
    tax: { amountMinor: 1_379 },
    total: { amountMinor: 85_000, currency: 'MXN' },
  });
  t.like(priceList.items.nodes[2], { zone: null, section: { name: '105' } });
  const totals = new Map<string, number>(
    sections.nodes.map(
      (node: { section: { name: string }; price: { total: { amountMinor: number } } }) => [
        node.section.name,
        node.price.total.amountMinor,
      ],
    ),
  );
  t.is(totals.size, 72);
  t.is(totals.get('103'), 85_000);
  t.is(totals.get('105'), 102_000);
  t.is(totals.get('Palco 20'), 280_000);
});

test('shows the active price list alone, and none where there is none', async (t) => {
  const { database } = ticketing;
  const other = await scheduleOf('don-juan-tenorio');
  await database.priceList.updateMany({
    where: { scheduleId: other.id },
    data: { status: 'ARCHIVED' },
  });
  const query = `{ schedule(id: "${other.id}") {
    priceFrom { amountMinor } priceList { version items { nodes { id } } }
    sections(first: 1) { nodes { price { id } } }
  } }`;
  const none = await ticketing.execute({ query });
  t.is(none.errors, undefined);
  t.deepEqual(none.data.schedule, {
    priceFrom: null,
    priceList: null,
    sections: { nodes: [{ price: null }] },
  });
  await database.priceList.create({ data: { scheduleId: other.id, version: 2, currency: 'USD' } });
  const next = await ticketing.execute({ query });
  t.like(next.data.schedule, { priceFrom: null, priceList: { version: 2, items: { nodes: [] } } });
});

const countsQuery = `query ($id: ID!) { schedule(id: $id) {
  availability { total free held booked }
  sections(first: 100) { totalCount nodes {
    section { id name } availability { total free held booked }
  } }
} }`;

interface Counts {
  readonly total: number;
  readonly free: number;
  readonly held: number;
  readonly booked: number;
}

test('counts every seat of a performance once, by state and by section', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: countsQuery,
    variables: { id: match.id },
  });
  t.is(errors, undefined);
  const { availability, sections } = data.schedule;
  const booked = await ticketing.database.ticket.count({ where: { scheduleId: match.id } });
  t.true(booked > 3_000);
  t.deepEqual(availability, { total: 20_000, free: 20_000 - 6 - booked, held: 6, booked });
  t.is(sections.totalCount, 72);
  const sum: Record<keyof Counts, number> = { total: 0, free: 0, held: 0, booked: 0 };
  for (const { availability: counts } of sections.nodes as { availability: Counts }[]) {
    for (const key of ['total', 'free', 'held', 'booked'] as const) sum[key] += counts[key];
  }
  t.deepEqual(sum, availability);
});

test('gives each seat of a section its live state, agreeing with the counts', async (t) => {
  const overview = await ticketing.execute({ query: countsQuery, variables: { id: match.id } });
  const place = overview.data.schedule.sections.nodes.find(
    (node: { section: { name: string } }) => node.section.name === '104',
  );
  const query = `query ($id: ID!, $section: ID!, $after: String) { schedule(id: $id) {
    section(id: $section) { seats(first: 100, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { state seat { number row { label } } }
    } }
  } }`;
  const states: Record<string, number> = { FREE: 0, HELD: 0, BOOKED: 0 };
  const held: string[] = [];
  let after: string | null = null;
  do {
    const { data } = await ticketing.execute({
      query,
      variables: { id: match.id, section: place.section.id, after },
    });
    const { nodes, pageInfo, totalCount } = data.schedule.section.seats;
    t.is(totalCount, place.availability.total);
    for (const { state, seat } of nodes) {
      states[state] = (states[state] ?? 0) + 1;
      if (state === 'HELD') held.push(`${seat.row.label}${seat.number}`);
    }
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  const { free, held: heldCount, booked } = place.availability;
  t.deepEqual(states, { FREE: free, HELD: heldCount, BOOKED: booked });
  t.deepEqual(held, ['H5', 'H6', 'H7', 'H8', 'H9', 'H10']);
});

test.serial('frees held seats at the moment their hold runs out', async (t) => {
  const ask = async () => {
    const { data } = await ticketing.execute({ query: countsQuery, variables: { id: match.id } });
    return data.schedule.availability as Counts;
  };
  const dayMs = 24 * 60 * 60_000;
  ticketing.clock.now = new Date(seededAt.getTime() + dayMs - 1);
  const before = await ask();
  t.is(before.held, 6);
  ticketing.clock.now = new Date(seededAt.getTime() + dayMs);
  const after = await ask();
  ticketing.clock.now = seededAt;
  t.deepEqual(after, { ...before, held: 0, free: before.free + 6 });
});

test('has no section of another venue', async (t) => {
  const elsewhere = await ticketing.database.section.findFirstOrThrow({
    where: { venue: { type: 'THEATER' } },
  });
  const { data, errors } = await ticketing.execute({
    query: `query ($id: ID!) { schedule(id: $id) {
      other: section(id: "${elsewhere.id}") { section { name } }
      absent: section(id: "${absentId}") { section { name } }
    } }`,
    variables: { id: match.id },
  });
  t.is(errors, undefined);
  t.deepEqual(data.schedule, { other: null, absent: null });
});

test('keeps a performance from the public until it is published', async (t) => {
  const hidden = await scheduleOf('nevado-en-vivo');
  const { id, ...rest } = await scheduleOf('volcan');
  const publishedAt = new Date(seededAt.getTime() + 1);
  const later = await ticketing.database.schedule.create({ data: { ...rest, publishedAt } });
  const ofDraft = await ticketing.database.schedule.create({
    data: { ...rest, eventId: hidden.eventId, publishedAt: seededAt },
  });
  const ids = [hidden.id, later.id, ofDraft.id];
  const representations = ids.map((key) => ({ __typename: 'Schedule', id: key }));
  for (const viewer of [undefined, viewers.ana]) {
    const resolved = await ticketing.resolveEntities(representations, 'id', viewer);
    t.deepEqual(resolved.data._entities, [null, null, null]);
    for (const key of ids) {
      const asked = await ticketing.execute({
        query: `{ schedule(id: "${key}") { id } }`,
        ...(viewer && { viewer }),
      });
      t.is(asked.data.schedule, null);
    }
  }
  const staff = await ticketing.resolveEntities(representations, 'id', viewers.supervisor);
  t.deepEqual(
    staff.data._entities.map((schedule: { id: string }) => schedule.id),
    ids,
  );
  const query = '{ event(slug: "volcan") { schedules { totalCount nodes { id } } } }';
  const toPublic = await ticketing.execute({ query });
  t.deepEqual(toPublic.data.event.schedules, { totalCount: 1, nodes: [{ id }] });
  const toStaff = await ticketing.execute({ query, viewer: viewers.supervisor });
  t.is(toStaff.data.event.schedules.totalCount, 2);
  await ticketing.database.schedule.deleteMany({ where: { id: { in: [later.id, ofDraft.id] } } });
});

test('resolves performances as entities', async (t) => {
  const { data, errors } = await ticketing.resolveEntities(
    [match.id, absentId, 'x'].map((id) => ({ __typename: 'Schedule', id })),
    'startsAt',
  );
  t.is(errors, undefined);
  t.deepEqual(data._entities, [
    { __typename: 'Schedule', startsAt: '2026-06-21T04:00:00.000Z' },
    null,
    null,
  ]);
});
