import test from 'ava';
import {
  absentId,
  createSeededTicketing,
  type SeededTicketing,
  viewers,
} from '../../test/kit/seeded-ticketing.ts';

let ticketing: SeededTicketing;
test.before(async () => {
  ticketing = await createSeededTicketing();
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

/** Slugs of the events that the filter, as GraphQL text, leaves. */
async function slugsOf(filter: string, orderBy = 'STARTS_FIRST'): Promise<string[]> {
  const { data, errors } = await ticketing.execute({
    query: `{ events(first: 100, filter: {${filter}}, orderBy: ${orderBy}) {
      nodes { slug } totalCount
    } }`,
  });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const slugs = data.events.nodes.map((event: { slug: string }) => event.slug);
  if (data.events.totalCount !== slugs.length) throw new Error('totalCount is not the length');
  return slugs;
}

test('lists the twelve published events to a visitor, first performance first', async (t) => {
  t.deepEqual(await slugsOf(''), [
    'noche-de-mariachi',
    'frontera-vs-atletico-sierra',
    'la-casa-de-bernarda-alba',
    'el-principito',
    'frontera-vs-deportivo-bahia',
    'sinfonica-del-norte',
    'los-faroles',
    'frontera-vs-real-desierto',
    'don-juan-tenorio',
    'marea-electrica',
    'frontera-vs-union-altiplano',
    'volcan',
  ]);
});

test('serves an event with everything that a page of it shows', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: `{ event(slug: "frontera-vs-deportivo-bahia") {
      name subtitle description ageRestriction securityPolicies status bannerUrl posterUrl
      publishedAt organizer { name slug } category { slug name } venue { slug }
      schedules { nodes { startsAt timeZone gameCategory } totalCount }
      nextSchedule { startsAt }
    } }`,
  });
  t.is(errors, undefined);
  t.deepEqual(data.event, {
    name: 'Frontera vs. Deportivo Bahía',
    subtitle: 'Jornada 3',
    description: 'El clásico de la costa vuelve al Estadio Frontera bajo las luces.',
    ageRestriction: 'ALL_AGES',
    securityPolicies: ['Bolsas de hasta 30 × 20 cm', 'Sin alimentos ni bebidas'],
    status: 'PUBLISHED',
    bannerUrl: 'https://images.plaza.example/events/frontera-vs-deportivo-bahia/banner.jpg',
    posterUrl: 'https://images.plaza.example/events/frontera-vs-deportivo-bahia/poster.jpg',
    publishedAt: '2026-03-07T01:00:00.000Z',
    organizer: { name: 'Club Frontera', slug: 'club-frontera' },
    category: { slug: 'futbol', name: 'Fútbol' },
    venue: { slug: 'estadio-frontera' },
    schedules: {
      // 21:00 in Tijuana, which is seven hours behind UTC in June.
      nodes: [
        {
          startsAt: '2026-06-21T04:00:00.000Z',
          timeZone: 'America/Tijuana',
          gameCategory: 'REGULAR',
        },
      ],
      totalCount: 1,
    },
    nextSchedule: { startsAt: '2026-06-21T04:00:00.000Z' },
  });
});

test('searches whatever the case and accents, and forgives a slip', async (t) => {
  t.deepEqual(await slugsOf('search: "ELECTRICA"'), ['marea-electrica']);
  t.deepEqual(await slugsOf('search: "  volcan  "'), ['volcan']);
  t.deepEqual(await slugsOf('search: "lorca"'), ['la-casa-de-bernarda-alba']);
  t.deepEqual(await slugsOf('search: "sinfonika"'), ['sinfonica-del-norte']);
  t.deepEqual(await slugsOf('search: "zarzuela"'), []);
});

test('takes the wildcards of SQL in a search for what they are', async (t) => {
  for (const search of ['%', '_', '%%', "' OR true --"])
    t.deepEqual(await slugsOf(`search: "${search}"`), []);
  t.deepEqual(await slugsOf('search: "\\\\"'), []);
});

test('filters by category, city, venue and dates, and by all of them together', async (t) => {
  t.is((await slugsOf('category: "futbol"')).length, 4);
  t.deepEqual(await slugsOf('city: "monterrey", category: "familiar"'), ['sinfonica-del-norte']);
  const theater = await ticketing.database.venue.findFirstOrThrow({ where: { type: 'THEATER' } });
  t.is((await slugsOf(`venueId: "${theater.id}"`)).length, 3);
  const week = 'startsFrom: "2026-06-15T15:00:00Z", startsBefore: "2026-06-22T00:00:00Z"';
  t.deepEqual(await slugsOf(week), [
    'la-casa-de-bernarda-alba',
    'el-principito',
    'frontera-vs-deportivo-bahia',
  ]);
  t.deepEqual(await slugsOf(`${week}, city: "Tijuana", search: "bahia"`), [
    'frontera-vs-deportivo-bahia',
  ]);
  t.deepEqual(await slugsOf('category: "none"'), []);
});

test('orders by the first performance within the dates, past or not', async (t) => {
  const [first] = await slugsOf('startsFrom: "2026-06-30T00:00:00Z"');
  t.is(first, 'frontera-vs-real-desierto');
  t.is((await slugsOf('startsFrom: "2026-06-30T00:00:00Z"')).at(-1), 'volcan');
});

test('orders by name without regard to accents, and by publication', async (t) => {
  const names = await slugsOf('', 'NAME');
  t.deepEqual(names, names.toSorted());
  t.is((await slugsOf('', 'NEWEST')).length, 12);
});

for (const [what, filter] of [
  ['an empty search', 'search: " "'],
  ['a search of 101 characters', `search: "${'x'.repeat(101)}"`],
  ['a search with NUL', 'search: "a\\u0000"'],
  ['a venue id that is no UUID', 'venueId: "7"'],
  [
    'dates in the wrong order',
    'startsFrom: "2026-06-02T00:00:00Z", startsBefore: "2026-06-01T00:00:00Z"',
  ],
  ['no states at all', 'statuses: []'],
] as const) {
  test(`refuses a list of events by ${what}`, async (t) => {
    const { errors } = await ticketing.execute({
      query: `{ events(filter: {${filter}}) { totalCount } }`,
    });
    t.is(errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  });
}

for (const orderBy of ['STARTS_FIRST', 'NAME', 'NEWEST'] as const) {
  test(`pages through all events in the order ${orderBy}, forwards as backwards`, async (t) => {
    const whole = await slugsOf('', orderBy);
    const forwards: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await ticketing.execute({
        query: `query ($after: String) { events(first: 5, after: $after, orderBy: ${orderBy}) {
          nodes { slug } pageInfo { hasNextPage endCursor } } }`,
        variables: { after },
      });
      forwards.push(...data.events.nodes.map((event: { slug: string }) => event.slug));
      after = data.events.pageInfo.hasNextPage ? data.events.pageInfo.endCursor : null;
    } while (after !== null);
    t.deepEqual(forwards, whole);
    const backwards: string[] = [];
    let before: string | null = null;
    do {
      const { data } = await ticketing.execute({
        query: `query ($before: String) { events(last: 5, before: $before, orderBy: ${orderBy}) {
          nodes { slug } pageInfo { hasPreviousPage startCursor } } }`,
        variables: { before },
      });
      backwards.unshift(...data.events.nodes.map((event: { slug: string }) => event.slug));
      before = data.events.pageInfo.hasPreviousPage ? data.events.pageInfo.startCursor : null;
    } while (before !== null);
    t.deepEqual(backwards, whole);
  });
}

test('refuses a cursor of another order', async (t) => {
  const { data } = await ticketing.execute({
    query: '{ events(first: 1, orderBy: NAME) { pageInfo { endCursor } } }',
  });
  const { errors } = await ticketing.execute({
    query: 'query ($after: String) { events(after: $after, orderBy: NEWEST) { totalCount } }',
    variables: { after: data.events.pageInfo.endCursor },
  });
  t.is(errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
});

const draftQuery = `{
  event(slug: "nevado-en-vivo") { name status schedules { nodes { status } } }
}`;

test('keeps a draft from everybody but staff', async (t) => {
  const draft = await ticketing.database.event.findUniqueOrThrow({
    where: { slug: 'nevado-en-vivo' },
  });
  const representation = [{ __typename: 'Event', id: draft.id }];
  for (const viewer of [undefined, viewers.ana, viewers.seller]) {
    const asked = await ticketing.execute({ query: draftQuery, ...(viewer && { viewer }) });
    t.is(asked.errors, undefined);
    t.is(asked.data.event, null);
    const resolved = await ticketing.resolveEntities(representation, 'name', viewer);
    t.deepEqual(resolved.data._entities, [null]);
  }
  const staff = await ticketing.execute({ query: draftQuery, viewer: viewers.supervisor });
  t.deepEqual(staff.data.event, {
    name: 'Nevado en vivo',
    status: 'DRAFT',
    schedules: { nodes: [{ status: 'DRAFT' }] },
  });
  const resolved = await ticketing.resolveEntities(representation, 'name', viewers.supervisor);
  t.like(resolved.data._entities, [{ name: 'Nevado en vivo' }]);
});

test('lists unpublished states to the scope event:write alone', async (t) => {
  const query = '{ events(filter: { statuses: [DRAFT, PENDING_REVIEW] }) { nodes { slug } } }';
  const anonymous = await ticketing.execute({ query });
  t.is(anonymous.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  const customer = await ticketing.execute({ query, viewer: viewers.ana });
  t.is(customer.errors?.[0]?.extensions?.code, 'FORBIDDEN');
  const staff = await ticketing.execute({ query, viewer: viewers.supervisor });
  t.deepEqual(staff.data.events.nodes, [{ slug: 'nevado-en-vivo' }]);
});

test('shows an event cancelled after its publication, but not among the others', async (t) => {
  t.false((await slugsOf('')).includes('rock-sin-fronteras'));
  t.deepEqual(await slugsOf('statuses: [CANCELLED]'), ['rock-sin-fronteras']);
  const { data } = await ticketing.execute({
    query: '{ event(slug: "rock-sin-fronteras") { status nextSchedule { salePhase } } }',
  });
  t.deepEqual(data.event, { status: 'CANCELLED', nextSchedule: { salePhase: 'ENDED' } });
});

test('hides an event that was cancelled before its publication', async (t) => {
  const { id: _, ...draft } = await ticketing.database.event.findUniqueOrThrow({
    where: { slug: 'nevado-en-vivo' },
  });
  const data = { ...draft, slug: 'never-seen', status: 'CANCELLED' as const };
  const { id } = await ticketing.database.event.create({ data });
  t.false((await slugsOf('statuses: [CANCELLED]')).includes('never-seen'));
  const asked = await ticketing.execute({ query: '{ event(slug: "never-seen") { id } }' });
  t.is(asked.data.event, null);
  await ticketing.database.event.delete({ where: { id } });
});

test('resolves events as entities', async (t) => {
  const { id } = await ticketing.database.event.findUniqueOrThrow({ where: { slug: 'volcan' } });
  const { data, errors } = await ticketing.resolveEntities(
    [id, absentId].map((key) => ({ __typename: 'Event', id: key })),
    'slug',
  );
  t.is(errors, undefined);
  t.deepEqual(data._entities, [{ __typename: 'Event', slug: 'volcan' }, null]);
});

test('lists categories for the filters', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: '{ categories(first: 2) { nodes { slug } totalCount pageInfo { hasNextPage } } }',
  });
  t.is(errors, undefined);
  t.deepEqual(data.categories, {
    nodes: [{ slug: 'conciertos' }, { slug: 'familiar' }],
    totalCount: 4,
    pageInfo: { hasNextPage: true },
  });
});
