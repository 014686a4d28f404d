import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSupergraphSnapshot } from '@plaza/gateway/supergraph/build-snapshot';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { createTestSubgraph, type TestSubgraph } from '@plaza/kit/test-kit/create-test-subgraph';
import { cacheInvalidationsSchema } from '@plaza/schema/cache-invalidation';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import { readTicketingConfig, type TicketingConfig } from '@plaza/ticketing/config';
import { defineTicketing } from '@plaza/ticketing/subgraph';
import test from 'ava';
import { repositoryRoot } from '../src/repository-root.ts';
import { type CachedOperation, cachedOperations } from './caching/cached-operations.ts';
import { isEvicted } from './caching/is-evicted.ts';

const sdl = readFileSync(join(repositoryRoot, 'schema', 'supergraph.graphql'), 'utf8');
const snapshot = buildSupergraphSnapshot(sdl);

const supervisor = { userId: demoAccounts.supervisor.id, role: 'SUPERVISOR' } as const;
const administrator = { userId: demoAccounts.administrator.id, role: 'ADMINISTRATOR' } as const;

/** Ticketing as gateways would keep it, and the question whether they would forget it in time. */
class KeptTicketing {
  readonly clock: { now: Date };
  readonly #ticketing: TestSubgraph<TicketingConfig>;
  #operations: readonly CachedOperation[] = [];
  /** To these operations, as they were last. */
  #known: readonly string[] = [];

  private constructor(ticketing: TestSubgraph<TicketingConfig>, clock: { now: Date }) {
    this.#ticketing = ticketing;
    this.clock = clock;
  }

  static async start(): Promise<KeptTicketing> {
    const clock = { now: new Date('2026-06-15T15:00:00.000Z') };
    const definition = defineTicketing(() => clock.now);
    const ticketing = await createTestSubgraph(definition, readTicketingConfig({}));
    await seedSubgraph(definition, { ...ticketing.config, logLevel: 'silent' });
    return new KeptTicketing(ticketing, clock);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ticketing[Symbol.asyncDispose]();
  }

  /** Keeps the answers to all that can be kept from these root fields on. */
  async watch(calls: readonly string[]): Promise<void> {
    this.#operations = calls
      .flatMap((call) => cachedOperations(call, 'ticketing', snapshot))
      // What a venue is built of never changes, and is most of it.
      .filter(({ query }) => !/\bvenue { \w+ {/.test(query));
    this.#known = await this.#answers();
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields its query selects
  async ask(query: string): Promise<any> {
    return (await this.#ticketing.execute({ query, viewer: supervisor })).data;
  }

  /** Runs a mutation. Resolves to kept answers that it changed, and those that would be served still. */
  async change(mutation: string, viewer: typeof supervisor | typeof administrator = supervisor) {
    const before = this.#known;
    const { data, errors, extensions } = await this.#ticketing.execute({
      query: `mutation { ${mutation} }`,
      viewer,
    });
    const after = await this.#answers();
    this.#known = after;
    const invalidations = cacheInvalidationsSchema.parse(extensions?.invalidation ?? []);
    const changed = this.#operations.filter((_, index) => before[index] !== after[index]);
    const served = changed.filter(({ policy }) => !isEvicted(policy, invalidations));
    const [result] = Object.values(data ?? {}) as { readonly id: string }[];
    return { id: result?.id ?? '', errors, changed, served: served.map(({ query }) => query) };
  }

  /** Of the public and of staff. */
  async #answers(): Promise<readonly string[]> {
    const answers: string[] = [];
    for (const { query } of this.#operations) {
      const toPublic = await this.#ticketing.execute({ query });
      const toStaff = await this.#ticketing.execute({ query, viewer: administrator });
      answers.push(JSON.stringify([toPublic.data, toStaff.data]));
    }
    return answers;
  }
}

const hour = (hours: number) => new Date(Date.UTC(2026, 5, 15, 15 + hours)).toISOString();

const dates = `gatesOpenAt: "${hour(70)}", startsAt: "${hour(72)}", endsAt: "${hour(74)}",
  publishedAt: "${hour(-2)}", onSaleAt: "${hour(-1)}", offSaleAt: "${hour(72)}"`;

test('whatever a mutation changes in the catalogue, gateways forget', async (t) => {
  t.timeout(300_000);
  await using kept = await KeptTicketing.start();
  const { events, venues } = await kept.ask(`{
    events(first: 1) { nodes { organizer { id } category { id } } }
    venues(first: 1) { nodes { id zones { nodes { id } } } }
  }`);
  const [{ organizer, category }] = events.nodes;
  const [venue] = venues.nodes;
  const lists = ['events(first: 100, filter: { statuses: [DRAFT] })', 'events(first: 100)'];
  const changes = async (mutation: string, viewer?: typeof administrator): Promise<string> => {
    const { id, errors, changed, served } = await kept.change(mutation, viewer as never);
    t.is(errors, undefined, mutation);
    t.true(changed.length > 0, `${mutation} changed nothing`);
    t.deepEqual(served, [], mutation);
    return id;
  };
  await kept.watch(lists);
  const event = await changes(`createEvent(input: { name: "Aa", description: "D",
    organizerId: "${organizer.id}", categoryId: "${category.id}", venueId: "${venue.id}" })
    { ... on Event { id } }`);
  await kept.watch([...lists, `event(id: "${event}")`]);
  const schedule = await changes(
    `createSchedule(eventId: "${event}", input: { ${dates} }) { ... on Schedule { id } }`,
  );
  await kept.watch([`event(id: "${event}")`, `schedule(id: "${schedule}")`, 'events(first: 100)']);
  const writePrices = async (priceMinor: number): Promise<string> => {
    const items = `[{ zoneId: "${venue.zones.nodes[0].id}", priceMinor: ${priceMinor} }]`;
    const input = `{ scheduleId: "${schedule}", currency: MXN, items: ${items} }`;
    const { id, changed } = await kept.change(
      `createPriceList(input: ${input}) { ... on PriceList { id } }`,
    );
    t.is(changed.length, 0, 'prices that are not in force are not shown');
    return id;
  };
  const first = await writePrices(100);
  await changes(`activatePriceList(id: "${first}") { __typename }`);
  await changes(`updateEvent(id: "${event}", input: { name: "Ab" }) { __typename }`);
  await changes(`submitEventForReview(id: "${event}") { __typename }`);
  await changes(`requestEventChanges(id: "${event}", note: "n") { __typename }`, administrator);
  await changes(`returnEventToDraft(id: "${event}") { __typename }`);
  await changes(`submitEventForReview(id: "${event}") { __typename }`);
  await changes(`approveEvent(id: "${event}") { __typename }`, administrator);
  await changes(`publishEvent(id: "${event}") { __typename }`);
  await changes(`openSales(id: "${schedule}") { __typename }`);
  const second = await writePrices(90);
  await changes(`activatePriceList(id: "${second}") { __typename }`);
  await changes(
    `updateSchedule(id: "${schedule}", input: { publishedAt: "${hour(5)}" }) { __typename }`,
  );
  await changes(
    `updateSchedule(id: "${schedule}", input: { publishedAt: "${hour(-3)}" }) { __typename }`,
  );
  await changes(`closeSales(id: "${schedule}") { __typename }`);
  const another = await changes(
    `createSchedule(eventId: "${event}", input: { ${dates} }) { ... on Schedule { id } }`,
  );
  await changes(`cancelSchedule(id: "${another}", reason: "r") { __typename }`, administrator);
  kept.clock.now = new Date(hour(73));
  await changes(`completeSchedule(id: "${schedule}") { __typename }`);
  await changes(`cancelEvent(id: "${event}", reason: "r") { __typename }`, administrator);
});
