import test from 'ava';
import { createConfig } from '../src/config.ts';
import { createGateway } from '../src/gateway.ts';
import { fixedSupergraph } from '../src/supergraph/supergraph-source.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { createLocalSubgraphFetch } from './kit/local-subgraph-fetch.ts';
import { planOn } from './planning/planned-snapshot.ts';
import { operationOfDepth, slowSubgraphs, slowSupergraph } from './planning/slow-graph.ts';

const rounds = 5;
/** Of what the same operation costs when it is planned in the thread that serves. */
const shareMax = 0.25;

/** CPU of this thread in milliseconds: how busy the machine is changes nothing of it. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** CPU of the longest turn of the event loop until the work is done: others wait as long. */
async function longestTurnDuring(work: () => Promise<unknown>): Promise<number> {
  let longestMs = 0;
  let isDone = false;
  const worked = work().finally(() => {
    isDone = true;
  });
  let lastMs = threadCpuMs();
  while (!isDone) {
    await new Promise(setImmediate);
    const nowMs = threadCpuMs();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
  }
  await worked;
  return longestMs;
}

/** The longest turn that a request with a slow operation causes, the least of some rounds. */
async function measure(workersMax: number): Promise<number> {
  using planned = await planOn(slowSupergraph, { workersMax });
  const gateway = createGateway({
    config: createConfig({ supergraph: 'fixture' }),
    supergraph: fixedSupergraph(planned.snapshot),
    fetchFor: () => createLocalSubgraphFetch(slowSubgraphs).fetch,
    sourceFor: () => {
      throw new Error('Nobody subscribes');
    },
    logger: createLogger({ level: 'silent', format: 'json' }),
  });
  const run = async (name: string): Promise<void> => {
    // Planned in full, and nothing of it is fetched.
    const selections = operationOfDepth(5).replace('thing', 'thing @include(if: $never)');
    const { body } = await gateway.run({
      query: `query ${name}($never: Boolean!) ${selections}`,
      variables: { never: false },
      headers: {},
      requestId: 'latency',
      signal: new AbortController().signal,
      allowedTypes: ['query'],
    });
    if (body.toString() !== '{"data":{}}') throw new Error(body.toString().slice(0, 200));
  };
  await run('WarmUp');
  const longest: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    longest.push(await longestTurnDuring(() => run(`Slow${round}`)));
  }
  return Math.min(...longest);
}

test.serial('an operation that is slow to plan does not hold up others', async (t) => {
  const inThread = await measure(0);
  const inWorker = await measure(1);
  t.log(`longest turn: ${inThread.toFixed(1)} ms of CPU planned here, ${inWorker.toFixed(1)} not`);
  t.true(inWorker < shareMax * inThread);
});
