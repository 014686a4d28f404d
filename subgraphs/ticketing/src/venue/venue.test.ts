import test from 'ava';
import {
  absentId,
  createSeededTicketing,
  type SeededTicketing,
} from '../../test/kit/seeded-ticketing.ts';

let ticketing: SeededTicketing;
test.before(async () => {
  ticketing = await createSeededTicketing();
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

test('serves a venue by slug and by id', async (t) => {
  const bySlug = await ticketing.execute({
    query: `{ venue(slug: "estadio-frontera") {
      id name type city countryCode latitude longitude timeZone address seatCount
    } }`,
  });
  t.is(bySlug.errors, undefined);
  t.like(bySlug.data.venue, {
    name: 'Estadio Frontera',
    type: 'STADIUM',
    city: 'Tijuana',
    countryCode: 'MX',
    latitude: 32.5067,
    longitude: -116.9931,
    timeZone: 'America/Tijuana',
    seatCount: 20_000,
  });
  const byId = await ticketing.execute({
    query: 'query ($id: ID) { venue(id: $id) { slug } }',
    variables: { id: bySlug.data.venue.id.toUpperCase() },
  });
  t.is(byId.data.venue.slug, 'estadio-frontera');
});

test('answers null for a venue that is not there', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: `{ a: venue(id: "${absentId}") { id } b: venue(slug: "nowhere") { id } }`,
  });
  t.is(errors, undefined);
  t.deepEqual(data, { a: null, b: null });
});

for (const [what, args] of [
  ['both id and slug', `id: "${absentId}", slug: "x"`],
  ['neither id nor slug', 'slug: null'],
  ['an id that is no UUID', 'id: "12"'],
  ['an empty slug', 'slug: " "'],
  ['a slug with NUL', 'slug: "a\\u0000b"'],
] as const) {
  test(`refuses a venue by ${what}`, async (t) => {
    const { data, errors } = await ticketing.execute({ query: `{ venue(${args}) { id } }` });
    t.is(data?.venue ?? null, null);
    t.is(errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  });
}

test('lists venues by name with exact seat counts', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: '{ venues { nodes { name seatCount } totalCount pageInfo { hasNextPage } } }',
  });
  t.is(errors, undefined);
  t.deepEqual(data.venues, {
    nodes: [
      { name: 'Arena Cumbres', seatCount: 8_000 },
      { name: 'Estadio Frontera', seatCount: 20_000 },
      { name: 'Teatro Alameda', seatCount: 1_200 },
    ],
    totalCount: 3,
    pageInfo: { hasNextPage: false },
  });
});

test('filters venues by kind and by city whatever its case and accents', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: `{
      arenas: venues(filter: { type: ARENA }) { nodes { slug } }
      capital: venues(filter: { city: "CIUDAD DE MEXICO" }) { nodes { slug } totalCount }
      none: venues(filter: { type: CLUB, city: "Tijuana" }) { nodes { slug } totalCount }
      literal: venues(filter: { city: "Tijuan_" }) { nodes { slug } }
    }`,
  });
  t.is(errors, undefined);
  t.deepEqual(data, {
    arenas: { nodes: [{ slug: 'arena-cumbres' }] },
    capital: { nodes: [{ slug: 'teatro-alameda' }], totalCount: 1 },
    none: { nodes: [], totalCount: 0 },
    literal: { nodes: [] },
  });
});

const pageQuery = `query ($first: Int, $after: String, $last: Int, $before: String) {
  venues(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { slug } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

test('pages through venues forwards and backwards', async (t) => {
  const first = await ticketing.execute({ query: pageQuery, variables: { first: 2 } });
  const page = first.data.venues;
  t.deepEqual(
    page.edges.map((edge: { node: { slug: string } }) => edge.node.slug),
    ['arena-cumbres', 'estadio-frontera'],
  );
  t.like(page.pageInfo, { hasNextPage: true, hasPreviousPage: false });
  const rest = await ticketing.execute({
    query: pageQuery,
    variables: { first: 2, after: page.pageInfo.endCursor },
  });
  t.is(rest.data.venues.edges.length, 1);
  t.like(rest.data.venues.pageInfo, { hasNextPage: false, hasPreviousPage: true });
  const back = await ticketing.execute({
    query: pageQuery,
    variables: { last: 1, before: rest.data.venues.pageInfo.startCursor },
  });
  t.is(back.data.venues.edges[0].node.slug, 'estadio-frontera');
  const beyond = await ticketing.execute({
    query: pageQuery,
    variables: { first: 5, after: rest.data.venues.pageInfo.endCursor },
  });
  t.deepEqual(beyond.data.venues.edges, []);
  t.like(beyond.data.venues.pageInfo, { hasNextPage: false, startCursor: null, endCursor: null });
});

for (const [what, variables] of [
  ['none at all', { first: 0 }],
  ['a negative number', { last: -1 }],
  ['more than the maximum', { first: 101 }],
  ['first and last together', { first: 1, last: 1 }],
  ['a cursor that is garbage', { after: 'garbage' }],
  ['a cursor of another list', { after: Buffer.from('{"id":7}').toString('base64url') }],
] as const) {
  test(`refuses a page of ${what}`, async (t) => {
    const { data, errors } = await ticketing.execute({ query: pageQuery, variables });
    t.is(data ?? null, null);
    t.is(errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  });
}

test('walks from the venue down to every single seat and back up', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: `{ venue(slug: "teatro-alameda") {
      zones { nodes { name sections { nodes {
        name type seatCount zone { name } venue { slug }
        rows(first: 100) { nodes {
          label section { name }
          seats(first: 100) { nodes { number type row { label } section { name } } totalCount }
        } }
      } } } }
    } }`,
  });
  t.is(errors, undefined);
  const zones = data.venue.zones.nodes;
  t.deepEqual(
    zones.map((zone: { name: string }) => zone.name),
    ['Luneta', 'Palcos', 'Primer piso', 'Galería'],
  );
  let seatCount = 0;
  const types: Record<string, number> = {};
  for (const zone of zones) {
    for (const section of zone.sections.nodes) {
      t.like(section, { zone: { name: zone.name }, venue: { slug: 'teatro-alameda' } });
      let ofSection = 0;
      for (const row of section.rows.nodes) {
        t.is(row.section.name, section.name);
        t.is(row.seats.totalCount, row.seats.nodes.length);
        for (const [index, seat] of row.seats.nodes.entries()) {
          t.like(seat, { number: index + 1, row: { label: row.label } });
          types[seat.type] = (types[seat.type] ?? 0) + 1;
          ofSection += 1;
        }
      }
      t.is(section.seatCount, ofSection);
      seatCount += ofSection;
    }
  }
  t.is(seatCount, 1_200);
  t.deepEqual(types, { STANDARD: 1_152, ACCESSIBLE: 8, VIP: 40 });
});

test('tells which gate lets which section in', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: `{ venue(slug: "arena-cumbres") {
      gates { nodes { name sections(first: 100) { totalCount nodes { name } } } totalCount }
      sections(first: 100) { totalCount nodes { name gates { nodes { name } totalCount } } }
    } }`,
  });
  t.is(errors, undefined);
  const [gateA, , vip] = data.venue.gates.nodes;
  t.is(data.venue.gates.totalCount, 3);
  t.like(gateA, { name: 'Acceso A', sections: { totalCount: 32 } });
  t.is(vip.sections.totalCount, 13);
  t.is(data.venue.sections.totalCount, 45);
  const [pista] = data.venue.sections.nodes;
  t.deepEqual(pista, {
    name: 'Pista 1',
    gates: { nodes: [{ name: 'Acceso VIP' }], totalCount: 1 },
  });
});

test('gives each parent its own page of a nested list', async (t) => {
  const { data } = await ticketing.execute({
    query: `{ venues { nodes { zones(first: 1) {
      nodes { name } pageInfo { hasNextPage endCursor }
    } last: zones(last: 1) { nodes { name } } } } }`,
  });
  t.deepEqual(
    data.venues.nodes.map((venue: { zones: { nodes: object[] }; last: { nodes: object[] } }) => [
      venue.zones.nodes,
      venue.last.nodes,
    ]),
    [
      [[{ name: 'Pista' }], [{ name: 'Suites' }]],
      [[{ name: 'Club' }], [{ name: 'Palcos' }]],
      [[{ name: 'Luneta' }], [{ name: 'Galería' }]],
    ],
  );
});

test('resolves venues as entities, absent and malformed ids as null', async (t) => {
  const venue = await ticketing.database.venue.findFirstOrThrow({ where: { type: 'ARENA' } });
  const { data, errors } = await ticketing.resolveEntities(
    [venue.id, absentId, 'no-id'].map((id) => ({ __typename: 'Venue', id })),
    'name',
  );
  t.is(errors, undefined);
  t.deepEqual(data._entities, [{ __typename: 'Venue', name: 'Arena Cumbres' }, null, null]);
});
