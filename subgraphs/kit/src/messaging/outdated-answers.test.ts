import { announcementBytesMax } from '@plaza/pub-sub/pub-sub';
import { cacheInvalidationsSchema, invalidationsMax } from '@plaza/schema/cache-invalidation';
import { cacheInvalidationTopic } from '@plaza/schema/topics';
import test from 'ava';
import { OutdatedAnswers, toAnnouncements } from './outdated-answers.ts';

function manyThings(count: number): OutdatedAnswers {
  const outdated = new OutdatedAnswers('store');
  for (let id = 0; id < count; id += 1) outdated.add([{ kind: 'tag', tag: `thing-${id}` }]);
  return outdated;
}

test('says each thing once, in the words of gateways', (t) => {
  const outdated = new OutdatedAnswers('store');
  const entity = { kind: 'entity', type: 'Item', key: { id: '1' } } as const;
  outdated.add([entity, { kind: 'type', type: 'Shelf' }]);
  outdated.add([entity, { kind: 'tag', tag: 'items' }]);
  const all = outdated.toInvalidations();
  t.deepEqual(all, [
    { kind: 'entity', subgraph: 'store', type: 'Item', key: { id: '1' } },
    { kind: 'type', subgraph: 'store', type: 'Shelf' },
    { kind: 'cache_tag', subgraphs: ['store'], cache_tag: 'items' },
  ]);
  t.deepEqual(cacheInvalidationsSchema.parse(all), [...all]);
});

test('says that all of the subgraph is out of date rather than leave something out', (t) => {
  t.is(manyThings(invalidationsMax).toInvalidations().length, invalidationsMax);
  const collected = manyThings(3);
  collected.include(manyThings(invalidationsMax + 1));
  t.deepEqual(collected.toInvalidations(), [{ kind: 'subgraph', subgraph: 'store' }]);
});

test('announces everything, in no announcement more than the bus takes', (t) => {
  t.deepEqual(toAnnouncements([]), []);
  const all = manyThings(invalidationsMax).toInvalidations();
  const announcements = toAnnouncements(all);
  t.true(announcements.length > 1);
  t.deepEqual(
    announcements.flatMap(({ invalidations }) => invalidations),
    [...all],
  );
  for (const announcement of announcements) {
    const bytes = Buffer.byteLength(JSON.stringify([cacheInvalidationTopic, announcement]));
    t.true(bytes <= announcementBytesMax, `${bytes} bytes`);
  }
});
