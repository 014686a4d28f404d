import test from 'ava';
import { pino } from 'pino';
import { BackgroundJob } from './background-job.ts';

const log = pino({ level: 'silent' });
const anHourMs = 3_600_000;

/** A job whose runs end when the test says so. */
function createSteppedJob(outcomes: readonly (boolean | Error)[]) {
  const runs: PromiseWithResolvers<void>[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  let runningMost = 0;
  const job = new BackgroundJob({
    name: 'stepped',
    everyMs: anHourMs,
    async run() {
      const outcome = outcomes[runs.length] ?? false;
      const step = Promise.withResolvers<void>();
      runs.push(step);
      running += 1;
      runningMost = Math.max(runningMost, running);
      for (const resolve of waiting.splice(0)) resolve();
      await step.promise;
      running -= 1;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  });
  const untilRun = async (count: number): Promise<void> => {
    while (runs.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { job, runs, untilRun, mostAtOnce: () => runningMost };
}

test('a job runs at once, again when more waits, and when it is woken, never twice at a time', async (t) => {
  const { job, runs, untilRun, mostAtOnce } = createSteppedJob([true, false, false]);
  job.start(log);
  job.start(log);
  await untilRun(1);
  runs[0]?.resolve();
  await untilRun(2);
  job.wake(); // while it runs: not lost
  runs[1]?.resolve();
  await untilRun(3);
  runs[2]?.resolve();
  await job.close();
  t.is(runs.length, 3);
  t.is(mostAtOnce(), 1);
});

test('a run that fails does not end the job', async (t) => {
  const { job, runs, untilRun } = createSteppedJob([new Error('database away')]);
  job.start(log);
  await untilRun(1);
  runs[0]?.resolve();
  job.wake();
  await untilRun(2);
  runs[1]?.resolve();
  await job.close();
  t.is(runs.length, 2);
});

test('closing aborts the run under way and waits for it', async (t) => {
  let isDone = false;
  const started = Promise.withResolvers<void>();
  const job = new BackgroundJob({
    name: 'slow',
    everyMs: anHourMs,
    run: async (signal) => {
      started.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      isDone = true;
      return true;
    },
  });
  job.start(log);
  await started.promise;
  await job.close();
  t.true(isDone);
});
