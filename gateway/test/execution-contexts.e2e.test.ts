import test from 'ava';
import { createShelfSubgraph } from './execution/shelf-graph.ts';
import type { IncrementalPayload } from './kit/merge-payloads.ts';
import { mergePayloads } from './kit/merge-payloads.ts';
import { createTestGateway } from './kit/test-gateway.ts';

const createShops = () => createTestGateway({ subgraphs: [createShelfSubgraph()] });

test('hands arguments down from a context through lists of lists', async (t) => {
  await using gateway = await createShops();
  const query = '{ shops { aisles { shelves { price } } } }';
  t.deepEqual(await gateway.execute({ query }), {
    data: {
      shops: [
        {
          aisles: [
            { shelves: [[{ price: 'i1 EUR' }], [{ price: 'i2 EUR' }, { price: 'i1 EUR' }]] },
            { shelves: [[], [{ price: 'i1 EUR' }]] },
          ],
        },
        { aisles: [{ shelves: [[{ price: 'i1 PEN' }]] }] },
      ],
    },
  });
});

/** One item under two shops and two aisles: four answers, each for its own place. */
const labels = {
  shops: [
    {
      aisles: [
        {
          shelves: [
            [{ label: 'i1 EUR old+new true x' }],
            [{ label: 'i2 EUR old+new true x' }, { label: 'i1 EUR old+new true x' }],
          ],
        },
        { shelves: [[], [{ label: 'i1 EUR old+new false x' }]] },
      ],
    },
    { aisles: [{ shelves: [[{ label: 'i1 PEN  true x' }]] }] },
  ],
};

test('takes arguments from several contexts, a list among them, beside those of the client', async (t) => {
  await using gateway = await createShops();
  const query = 'query ($mark: String) { shops { aisles { shelves { label(mark: $mark) } } } }';
  t.deepEqual(await gateway.execute({ query, variables: { mark: 'x' } }), { data: labels });
});

for (const [what, query] of [
  ['an item is deferred', '{ shops { aisles { shelves { ... @defer { label(mark: "x") } } } } }'],
  [
    'all below the context is deferred',
    '{ shops { ... @defer { aisles { shelves { label(mark: "x") } } } } }',
  ],
]) {
  test(`takes the same arguments where ${what}`, async (t) => {
    await using gateway = await createShops();
    const payloads: IncrementalPayload[] = [];
    for await (const payload of gateway.executeInParts({ query: String(query) })) {
      payloads.push(payload);
    }
    t.true(payloads.length > 1);
    const { data, errors } = mergePayloads(payloads);
    t.deepEqual(errors, []);
    t.deepEqual(data, labels);
  });
}
