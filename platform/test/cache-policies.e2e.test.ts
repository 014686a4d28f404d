import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSupergraphSnapshot } from '@plaza/gateway/supergraph/build-snapshot';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { createTestSubgraph, type TestSubgraph } from '@plaza/kit/test-kit/create-test-subgraph';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import { type Scope, scopes } from '@plaza/schema/scopes';
import { readTicketingConfig, type TicketingConfig } from '@plaza/ticketing/config';
import { defineTicketing } from '@plaza/ticketing/subgraph';
import test from 'ava';
import { repositoryRoot } from '../src/repository-root.ts';
import { cachedOperations, policyOf } from './caching/cached-operations.ts';

const sdl = readFileSync(join(repositoryRoot, 'schema', 'supergraph.graphql'), 'utf8');
const snapshot = buildSupergraphSnapshot(sdl);

/** Seconds that an answer of ticketing may be kept, and for whom. */
function summaryOf(query: string): string {
  const { maxAgeMs, scope, varyByScopes } = policyOf(query, 'ticketing', snapshot);
  return maxAgeMs === 0 ? 'never' : `${maxAgeMs / 1_000} s ${varyByScopes?.join() ?? scope}`;
}

const kept: Readonly<Record<string, string>> = {
  '{ venues { nodes { name zones { nodes { sections { nodes { seatCount } } } } } } }':
    '600 s public',
  '{ categories { nodes { name } pageInfo { hasNextPage } totalCount } }': '600 s public',
  '{ ticketPublicKeys { publicKey } }': '600 s public',
  '{ event(id: 1) { name venue { name } organizer { name } } }': '300 s event:write',
  '{ events { nodes { name } } }': '60 s event:write',
  '{ event(id: 1) { schedules { nodes { startsAt } } } }': '60 s event:write',
  '{ schedule(id: 1) { startsAt priceFrom { amountMinor } } }': '60 s event:write',
  '{ schedule(id: 1) { priceList { items { nodes { total { amountMinor } zone { name } } } } } }':
    '60 s event:write',
  '{ schedule(id: 1) { sections { nodes { section { name } price { total { currency } } } } } }':
    '60 s event:write',
  '{ schedule(id: 1) { startsAt salePhase } }': '5 s event:write',
};

const neverKept: readonly string[] = [
  '{ schedule(id: 1) { startsAt availability { free } } }',
  '{ schedule(id: 1) { sections { nodes { availability { free } } } } }',
  '{ schedule(id: 1) { section(id: 1) { seats { nodes { state } } } } }',
  '{ schedule(id: 1) { priceLists { nodes { version } } } }',
  '{ event(id: 1) { submittedBy { id } } }',
  '{ order(id: 1) { status schedule { startsAt } } }',
  '{ ticket(id: 1) { entryCode } }',
  '{ hold(id: 1) { expiresAt } }',
  '{ checkPromoCode(scheduleId: 1, code: "A") { __typename } }',
  '{ promoCodes { nodes { code } } }',
  '{ ticketingDeadLetters(queue: "a") { nodes { id } } }',
];

test('the catalogue is kept for minutes, what the clock changes for seconds', (t) => {
  for (const [query, expected] of Object.entries(kept)) t.is(summaryOf(query), expected, query);
});

test('seats, orders and what is somebody’s own are never kept', (t) => {
  for (const query of neverKept) t.is(summaryOf(query), 'never', query);
  // Of the other subgraphs, which hold people and money, nothing is.
  t.deepEqual([...snapshot.cacheRules.keys()], ['ticketing']);
});

test('performances, and what is in them, can be put out of date by their own tag', (t) => {
  const { tags } = policyOf('{ schedule(id: 1) { startsAt } }', 'ticketing', snapshot);
  t.is(tags.length, 1);
});

const seededAt = new Date('2026-06-15T15:00:00.000Z');

async function startTicketing(): Promise<TestSubgraph<TicketingConfig>> {
  const definition = defineTicketing(() => seededAt);
  const ticketing = await createTestSubgraph(definition, readTicketingConfig({}));
  await seedSubgraph(definition, { ...ticketing.config, logLevel: 'silent' });
  return ticketing;
}

const catalogueScopes: readonly Scope[] = ['event:write', 'event:approve', 'price:write'];

/** Nobody, and people with no scope, some scopes, and all. */
const askers: readonly { readonly isKnown: boolean; readonly scopes: readonly Scope[] }[] = [
  { isKnown: false, scopes: [] },
  { isKnown: true, scopes: [] },
  ...catalogueScopes.map((scope) => ({ isKnown: true, scopes: [scope] })),
  { isKnown: true, scopes: scopes.filter((scope) => !catalogueScopes.includes(scope)) },
  { isKnown: true, scopes },
];

test('whoever shares a kept answer would have got the same one', async (t) => {
  t.timeout(300_000);
  await using ticketing = await startTicketing();
  const all = await ticketing.execute({
    query: `{ events(first: 100, filter: { statuses: [DRAFT, PENDING_REVIEW, CHANGES_REQUESTED,
      APPROVED, PUBLISHED, CANCELLED] }) { nodes { id status schedules { nodes { id } } } } }`,
    viewer: { userId: demoAccounts.administrator.id, scopes },
  });
  const events: { id: string; status: string; schedules: { nodes: { id: string }[] } }[] =
    all.data.events.nodes;
  const picked = ['DRAFT', 'PUBLISHED'].map((status) =>
    events.find((event) => event.status === status && event.schedules.nodes.length > 0),
  );
  t.false(picked.includes(undefined));
  const calls = [
    ...['venues(first: 2)', 'events(first: 3)', 'categories(first: 2)', 'ticketPublicKeys'],
    'events(first: 3, filter: { statuses: [DRAFT] })',
    ...picked.map((event) => `event(id: "${event?.id}")`),
    ...picked.map((event) => `schedule(id: "${event?.schedules.nodes[0]?.id}")`),
  ];
  const operations = calls.flatMap((call) => cachedOperations(call, 'ticketing', snapshot));
  t.true(operations.length > 100, `${operations.length} operations`);
  let differing = 0;
  for (const { query, policy } of operations) {
    const answers = new Map<string, Set<string>>();
    for (const asker of askers) {
      const { id: userId } = demoAccounts.luis;
      const viewer = asker.isKnown ? { userId, scopes: asker.scopes } : undefined;
      const { data, errors } = await ticketing.execute({ query, ...(viewer && { viewer }) });
      const sharing = (policy.varyByScopes ?? []).filter((scope) =>
        asker.scopes.some((own) => own === scope),
      );
      const known = answers.get(sharing.join()) ?? new Set();
      // What is refused is not kept; but whoever is refused must not find what another one got.
      const answer = errors === undefined ? JSON.stringify(data) : 'refused';
      answers.set(sharing.join(), known.add(answer));
    }
    for (const [sharing, given] of answers) t.is(given.size, 1, `${query} for "${sharing}"`);
    if (new Set([...answers.values()].flatMap((given) => [...given])).size > 1) differing += 1;
  }
  // Else the comparison would have shown nothing.
  t.true(differing > 10, `${differing} operations differ`);
});
