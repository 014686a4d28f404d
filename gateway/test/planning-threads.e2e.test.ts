import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { fromErrorMessage, toErrorMessage } from '../src/error-message.ts';
import { startWorkerPlanner } from '../src/planning/worker-planner.ts';
import { planningDefaults, planOn } from './planning/planned-snapshot.ts';
import { operationOfDepth, slowSupergraph } from './planning/slow-graph.ts';
import { watchThreads } from './planning/watch-threads.ts';

/** Takes longer to plan than `timeoutMs`, also on a fast machine. */
const hostile = operationOfDepth(8);
const timeoutMs = 1_500;

test.serial(
  'refuses what takes too long, remembers it, and plans what waited behind it',
  async (t) => {
    using threads = watchThreads();
    using planned = await planOn(slowSupergraph, { timeoutMs });
    const refused = planned.planCached(hostile);
    const behind = ['{ quick }', '{ thing { id } }', '{ thing { green } }'].map((query) =>
      planned.planCached(query),
    );
    const error = await t.throwsAsync(refused, { instanceOf: AppError });
    t.is(error.code, 'OPERATION_TOO_COMPLEX');
    t.regex(error.message, /1500 ms \(planning\.timeoutMs\)/);
    t.like(error.extensions, { limit: 'planning.timeoutMs', allowed: timeoutMs });
    for (const plan of await Promise.all(behind)) t.is(plan.kind, 'QueryPlan');
    t.is(threads.startedCount, 2);

    const again = await t.throwsAsync(planned.planCached(hostile));
    t.is(again, error);
    t.is(threads.startedCount, 2);
    await threads.noMoreThan(1);
    t.is(threads.alive.size, 1);
  },
);

test.serial('never holds the event loop while it plans', async (t) => {
  using planned = await planOn(slowSupergraph);
  let turns = 0;
  const interval = setInterval(() => {
    turns += 1;
  }, 1);
  await planned.plan(operationOfDepth(4));
  clearInterval(interval);
  t.true(turns > 20, `${turns} turns`);
});

/** Nice value of each thread of this process (proc_pid_stat(5), field 19), by the thread's id. */
function priorities(): ReadonlyMap<string, number> {
  const known = readdirSync('/proc/self/task').flatMap((id): [string, number][] => {
    try {
      const stat = readFileSync(`/proc/self/task/${id}/stat`, 'latin1');
      return [[id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])]];
    } catch {
      // It has ended since it was listed.
      return [];
    }
  });
  return new Map(known);
}

(process.platform === 'linux' ? test.serial : test.serial.skip)(
  'lets the threads that serve go before those that plan',
  async (t) => {
    const before = priorities();
    using planned = await planOn(slowSupergraph);
    await planned.plan('{ quick }');
    const after = priorities();
    const usual = Math.min(...after.values());
    const low = [...after].filter(([id, nice]) => !before.has(id) && nice > usual);
    t.is(low.length, 1);
  },
);

test.serial('refuses more operations than may wait, without remembering that', async (t) => {
  using planned = await planOn(slowSupergraph, { queueMax: 1 });
  const queries = ['{ quick }', '{ thing { id } }', '{ thing { red } }'];
  const [first, second, third] = await Promise.allSettled(
    queries.map((q) => planned.planCached(q)),
  );
  t.is(first?.status, 'fulfilled');
  t.is(second?.status, 'fulfilled');
  t.like(third, { status: 'rejected', reason: { code: 'SUPERGRAPH_UNAVAILABLE' } });
  t.is((await planned.planCached('{ thing { red } }')).kind, 'QueryPlan');
});

test.serial('plans nothing for those who have stopped waiting', async (t) => {
  using planned = await planOn(slowSupergraph, { timeoutMs, waitTimeoutMs: timeoutMs / 2 });
  const hostileRefused = t.throwsAsync(planned.plan(hostile));
  const waiting = await t.throwsAsync(planned.plan('{ quick }'), { instanceOf: AppError });
  t.is(waiting.code, 'SUPERGRAPH_UNAVAILABLE');
  await hostileRefused;
  const controller = new AbortController();
  const aborted = planned.planCached('{ thing { blue } }', controller.signal);
  controller.abort(new AppError('GATEWAY_TIMEOUT', 'Too late'));
  t.like(await t.throwsAsync(aborted), { code: 'GATEWAY_TIMEOUT' });
});

test.serial('starts another thread only when one is not enough', async (t) => {
  using threads = watchThreads();
  using planned = await planOn(slowSupergraph, { workersMax: 2, timeoutMs });
  await planned.plan('{ quick }');
  t.is(threads.startedCount, 1);
  const refused = t.throwsAsync(planned.plan(hostile));
  t.is((await planned.plan('{ thing { id } }')).kind, 'QueryPlan');
  t.true(threads.startedCount >= 2);
  await refused;
});

test.serial('ends its threads when retired, as soon as nobody waits', async (t) => {
  using threads = watchThreads();
  using planned = await planOn(slowSupergraph);
  const underWay = planned.plan('{ thing { id } }');
  planned.snapshot.planner.retire();
  t.is((await underWay).kind, 'QueryPlan');
  await threads.noMoreThan(0);
  t.is((await planned.plan('{ quick }')).kind, 'QueryPlan');
  await threads.noMoreThan(0);
  t.is(threads.startedCount, 2);
});

test.serial('says in one line that the SDL is no supergraph, and leaves no thread', async (t) => {
  using threads = watchThreads();
  const starting = startWorkerPlanner('type Query { a: Int }', planningDefaults);
  const error = await t.throwsAsync(starting, { instanceOf: AppError });
  t.is(error.code, 'SUPERGRAPH_UNAVAILABLE');
  t.regex(error.message, /^The SDL is not a supergraph that can be served: .*core schema.*$/);
  t.true(error.cause instanceof Error);
  await threads.noMoreThan(0);
  t.is(threads.startedCount, 1);
});

test.serial('lets the process end', async (t) => {
  const kit = new URL('./planning/', import.meta.url);
  const script = `
    const { planOn } = await import('${new URL('planned-snapshot.js', kit)}');
    const { slowSupergraph } = await import('${new URL('slow-graph.js', kit)}');
    const { kind } = await (await planOn(slowSupergraph)).plan('{ quick }');
    console.log(kind);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  let output = '';
  child.stdout.on('data', (data) => {
    output += String(data);
  });
  const [code] = await once(child, 'close');
  t.is(code, 0);
  t.is(output, 'QueryPlan\n');
});

test('an error keeps code, details and causes on its way between threads', (t) => {
  const cause = new TypeError('deep', { cause: 'text' });
  const error = new AppError('OPERATION_TOO_COMPLEX', 'No', { cause, details: { limit: 3 } });
  const copy = fromErrorMessage(structuredClone(toErrorMessage(error)));
  t.true(copy instanceof AppError);
  t.like(copy, { code: 'OPERATION_TOO_COMPLEX', message: 'No', extensions: error.extensions });
  t.like(copy.cause, { name: 'TypeError', message: 'deep', stack: cause.stack });
  t.like((copy.cause as Error).cause, { message: 'text' });
});
