import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { createConfig } from '../config.ts';
import type { Gateway, OperationOutcome } from '../gateway.ts';
import type { OperationRequest } from '../operation-request.ts';
import { createLogger } from '../telemetry/logger.ts';
import type { Candidate } from './candidate.ts';
import { ShadowTraffic } from './shadow-traffic.ts';

const logger = createLogger({ level: 'silent', format: 'json' });

function outcomeOf(data: unknown, type = 'query'): OperationOutcome {
  return {
    kind: 'response',
    body: Buffer.from(JSON.stringify({ data })),
    code: undefined,
    freshness: undefined,
    allowances: [],
    calls: 1,
    operation: { name: undefined, id: 'id', type, text: '{ a }' },
    logCompleted: () => undefined,
  };
}

function request(): OperationRequest {
  const { signal } = new AbortController();
  return { query: '{ a }', headers: {}, requestId: 'r', signal, allowedTypes: ['query'] };
}

const answering =
  (data: () => unknown, asked: OperationRequest[] = []): Candidate =>
  async (given) => {
    asked.push(given);
    return { answer: { data: data() }, durationMs: 1, calls: 1 };
  };

function open(
  candidate: Candidate,
  control: Candidate,
  shadow: object = {},
  outcome = outcomeOf({ a: 1 }),
) {
  const config = createConfig({
    supergraph: 's.graphql',
    shadow: { url: 'http://c.test/graphql', percent: 100, ...shadow },
  });
  const traffic = new ShadowTraffic(config.shadow, { candidate, control }, logger);
  const gateway = traffic.watch({ run: async () => outcome } as unknown as Gateway);
  return { traffic, run: () => gateway.run(request()) };
}

async function settled(traffic: ShadowTraffic): Promise<object | undefined> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
  return traffic.counts.takeSummary();
}

test('data that have changed meanwhile are no difference', async (t) => {
  const now = () => ({ a: 2 });
  const { traffic, run } = open(answering(now), answering(now));
  using _ = traffic;
  await run();
  t.like(await settled(traffic), { equal: 1, different: 0 });
});

test('a difference that is still there is one', async (t) => {
  const { traffic, run } = open(
    answering(() => ({ a: 2 })),
    answering(() => ({ a: 1 })),
  );
  using _ = traffic;
  await run();
  t.like(await settled(traffic), { equal: 0, different: 1 });
});

test('tries a share, and nothing that is no answered query', async (t) => {
  const asked: OperationRequest[] = [];
  const candidate = answering(() => ({ a: 1 }), asked);
  const none = open(candidate, candidate, { percent: 0 });
  using _none = none.traffic;
  await none.run();
  const mutation = open(candidate, candidate, {}, outcomeOf({ a: 1 }, 'mutation'));
  using _mutation = mutation.traffic;
  await mutation.run();
  const refused = open(candidate, candidate, {}, { ...outcomeOf({ a: 1 }), code: 'FORBIDDEN' });
  using _refused = refused.traffic;
  await refused.run();
  await turn();
  t.deepEqual(asked, []);
});

test('tries so many at a time, keeps so many waiting, and drops the rest', async (t) => {
  const asked: OperationRequest[] = [];
  const hanging: Candidate = (given) => {
    asked.push(given);
    return new Promise(() => undefined);
  };
  const { traffic, run } = open(hanging, hanging, { concurrencyMax: 2, queueMax: 3 });
  using _ = traffic;
  for (let count = 0; count < 9; count += 1) await run();
  t.is(asked.length, 2);
  t.like(traffic.counts.takeSummary(), { dropped: 4 });
});

test('ends what is under way with the gateway, and tells nobody that it failed', async (t) => {
  const seen: AbortSignal[] = [];
  const hanging: Candidate = ({ signal }) => {
    seen.push(signal);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  };
  const { traffic, run } = open(hanging, hanging);
  await run();
  traffic[Symbol.dispose]();
  t.true(seen[0]?.aborted);
  t.is(await settled(traffic), undefined);
});
