import { demoAccounts } from '@plaza/schema/demo-accounts';
import { cacheInvalidationTopic } from '@plaza/schema/topics';
import test from 'ava';
import { createSmallCatalogue, type SmallCatalogue } from './kit/small-catalogue.ts';

const supervisor = { userId: demoAccounts.supervisor.id, role: 'SUPERVISOR' } as const;
const subgraph = 'ticketing';

let catalogue: SmallCatalogue;
test.before(async () => {
  catalogue = await createSmallCatalogue();
});
test.after.always(() => catalogue?.[Symbol.asyncDispose]());

const ofEvent = (id: string) => [
  { kind: 'entity', subgraph, type: 'Event', key: { id } },
  { kind: 'cache_tag', subgraphs: [subgraph], cache_tag: 'events' },
];
const ofPrices = (id: string) => [
  { kind: 'entity', subgraph, type: 'Schedule', key: { id } },
  { kind: 'cache_tag', subgraphs: [subgraph], cache_tag: `schedule-${id}` },
];

/** What the mutation says in its answer, and what it announces first on the bus. */
async function outdatedBy(mutation: string) {
  const { pubSub } = catalogue.messaging;
  await using heard = await pubSub.subscribe(cacheInvalidationTopic);
  const { errors, extensions } = await catalogue.execute({
    query: `mutation ${mutation}`,
    viewer: supervisor,
  });
  // Announcements of one process arrive in order, so this one ends those of the mutation.
  await pubSub.publish(cacheInvalidationTopic, { invalidations: [] });
  const announced: unknown[] = [];
  for await (const payload of heard) {
    const { invalidations } = payload as { readonly invalidations: readonly unknown[] };
    if (invalidations.length === 0) break;
    announced.push(...invalidations);
  }
  return { errors, told: extensions?.invalidation, announced };
}

test.serial('a changed event is out of date by itself and in lists', async (t) => {
  const id = await catalogue.addEvent();
  const { told, announced } = await outdatedBy(
    `{ updateEvent(id: "${id}", input: { name: "New" }) { __typename } }`,
  );
  t.deepEqual(told, ofEvent(id));
  t.deepEqual(announced, ofEvent(id));
});

test.serial('a changed performance is out of date with its event', async (t) => {
  const eventId = await catalogue.addEvent();
  const id = await catalogue.addSchedule(eventId);
  const { told, announced } = await outdatedBy(`{ closeSales(id: "${id}") { __typename } }`);
  t.deepEqual(told, [...ofPrices(id), ...ofEvent(eventId)]);
  t.deepEqual(announced, told);
});

test.serial('prices are out of date when others are put in force', async (t) => {
  const id = await catalogue.addSchedule(await catalogue.addEvent(), { isPriced: false });
  const { zoneId } = catalogue.places;
  const { result } = await catalogue.mutate(
    `{ createPriceList(input: { scheduleId: "${id}", currency: MXN,
      items: [{ zoneId: "${zoneId}", priceMinor: 5 }] }) { ... on PriceList { id } } }`,
    supervisor,
  );
  const activate = `{ activatePriceList(id: "${result.id}") { __typename } }`;
  t.deepEqual((await outdatedBy(activate)).announced, ofPrices(id));
  t.deepEqual(await outdatedBy(activate), { errors: undefined, told: undefined, announced: [] });
});

test.serial('a cancelled event is out of date with all its performances, each once', async (t) => {
  const eventId = await catalogue.addEvent();
  const ids = [await catalogue.addSchedule(eventId), await catalogue.addSchedule(eventId)];
  const administrator = { userId: demoAccounts.administrator.id, role: 'ADMINISTRATOR' } as const;
  const { extensions } = await catalogue.execute({
    query: `mutation { cancelEvent(id: "${eventId}", reason: "Rain") { __typename } }`,
    viewer: administrator,
  });
  const told = extensions?.invalidation as readonly object[];
  t.is(told.length, ids.length * ofPrices('').length + ofEvent('').length);
  for (const expected of [...ids.flatMap(ofPrices), ...ofEvent(eventId)]) {
    t.true(told.some((one) => JSON.stringify(one) === JSON.stringify(expected)));
  }
});

test.serial('what is refused, or changes nothing, puts nothing out of date', async (t) => {
  const id = await catalogue.addEvent();
  const refused = await outdatedBy(
    `{ updateEvent(id: "${id}", input: { name: "" }) { __typename } }`,
  );
  t.is(refused.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  t.deepEqual([refused.told, refused.announced], [undefined, []]);
  const conflict = await outdatedBy(`{ publishEvent(id: "${id}") { __typename } }`);
  t.deepEqual(conflict, { errors: undefined, told: undefined, announced: [] });
});
