import test from 'ava';
import type { InvalidatedThing } from './cache-tags.ts';
import { entityTag, tagsOfInvalidated } from './cache-tags.ts';

const paths = [['id'], ['shop', 'code']];

test('an entity has the tag that its invalidation names, however the key is written', (t) => {
  const tag = entityTag('s', 'T', paths, { id: 7, shop: { code: 'a', name: 'A' }, rest: 1 });
  for (const key of [
    { id: '7', shop: { code: 'a' } },
    { shop: { code: 'a' }, id: 7 },
  ]) {
    const thing: InvalidatedThing = { kind: 'entity', subgraph: 's', type: 'T', key };
    t.deepEqual(tagsOfInvalidated(thing), ['n:s:T', tag]);
  }
  t.not(tag, entityTag('s', 'T', paths, { id: 8, shop: { code: 'a' } }));
});

test('there is no tag for half a key, or for a value that is none', (t) => {
  t.is(entityTag('s', 'T', paths, { id: 7 }), undefined);
  t.is(entityTag('s', 'T', paths, { id: 7, shop: null }), undefined);
  t.is(entityTag('s', 'T', [['id']], { id: { deep: 1 } }), undefined);
  t.is(entityTag('s', 'T', [['constructor']], {}), undefined);
});

test('a long key makes no long tag, and is still another than the next', (t) => {
  const long = 'x'.repeat(100_000);
  const [one, other] = [`${long}1`, `${long}2`].map((id) => entityTag('s', 'T', [['id']], { id }));
  t.true((one ?? '').length < 100);
  t.not(one, other);
});
