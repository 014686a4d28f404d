import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import { createLogger } from '../telemetry/logger.ts';
import { buildSupergraphSnapshot } from './build-snapshot.ts';
import type { FoundSupergraph } from './supergraph-origin.ts';
import type { WatchOptions } from './supergraph-watch.ts';
import { pollDelayMs, SupergraphWatch } from './supergraph-watch.ts';

const good = composeFixture([defineSubgraph({ name: 'a', typeDefs: 'type Query { a: Int }' })]);
const better = `${good}\n# better`;

function sdlFound(sdl: string): FoundSupergraph {
  return { version: sdl, toSdl: () => Promise.resolve(sdl) };
}

/** A watch over a place that holds whatever a test puts there. */
function watchPlace(options: Partial<WatchOptions> = {}) {
  const logs: Record<string, unknown>[] = [];
  const place = { holds: (): FoundSupergraph => sdlFound(good), looks: 0, builds: 0 };
  const watch = new SupergraphWatch({
    origin: {
      name: 'place',
      find: async () => {
        place.looks += 1;
        return place.holds();
      },
    },
    pollIntervalMs: 0,
    build: async (sdl) => {
      place.builds += 1;
      return buildSupergraphSnapshot(sdl);
    },
    logger: createLogger(
      { level: 'info', format: 'json' },
      { write: (line) => void logs.push(JSON.parse(line)) },
    ),
    ...options,
  });
  const lines = (message: string) => logs.filter((line) => line.message === message);
  return { place, watch, lines };
}

function away(): never {
  throw new AppError('SUPERGRAPH_UNAVAILABLE', 'It is away');
}

test('builds a supergraph once, and the next when there is another', async (t) => {
  const { place, watch, lines } = watchPlace();
  const swaps: string[] = [];
  watch.onSwap(({ sdl }) => swaps.push(sdl));
  await watch.start();
  await watch.reload();
  t.is(place.builds, 1);
  place.holds = () => sdlFound(better);
  await watch.reload();
  t.is(watch.current().sdl, better);
  t.deepEqual(swaps, [good, better]);
  t.is(lines('supergraph loaded').length, 2);
});

test('keeps the last good one, and tries what it refused no second time', async (t) => {
  const { place, watch } = watchPlace();
  await watch.start();
  place.holds = () => sdlFound('type Query { a: Int }');
  for (let look = 0; look < 3; look += 1) {
    const error = await t.throwsAsync(watch.reload(), { instanceOf: AppError });
    t.is(error.code, 'SUPERGRAPH_UNAVAILABLE');
    t.regex(error.message, /^Supergraph place: The SDL is not a supergraph/);
  }
  t.is(place.builds, 2);
  t.is(watch.current().sdl, good);
  t.false(watch.isUpToDate());
  place.holds = () => sdlFound(good);
  await watch.reload();
  t.true(watch.isUpToDate());
  t.is(place.builds, 2);
});

test('tries again what failed for another reason than the supergraph', async (t) => {
  let isBroken = false;
  const { place, watch } = watchPlace({
    build: async (sdl) => {
      if (isBroken) throw new AppError('INTERNAL_SERVER_ERROR', 'A planner thread broke down');
      return buildSupergraphSnapshot(sdl);
    },
  });
  await watch.start();
  isBroken = true;
  place.holds = () => sdlFound(better);
  await t.throwsAsync(watch.reload(), { message: /broke down/ });
  isBroken = false;
  await watch.reload();
  t.is(watch.current().sdl, better);
});

test('serves a supergraph cold when it cannot be warmed', async (t) => {
  const { place, watch, lines } = watchPlace({
    warm: () => Promise.reject(new Error('no plans')),
  });
  await watch.start();
  place.holds = () => sdlFound(better);
  await watch.reload();
  t.is(watch.current().sdl, better);
  t.is(lines('supergraph not warmed').length, 1);
});

test('logs a problem once, however often it looks, and that it is over', async (t) => {
  const { place, watch, lines } = watchPlace({ pollIntervalMs: 1 });
  await watch.start();
  const lookFor = async (times: number): Promise<void> => {
    const until = place.looks + times;
    while (place.looks < until) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  place.holds = away;
  await lookFor(3);
  t.is(lines('supergraph not loaded, last good one kept').length, 1);
  t.false(watch.isUpToDate());
  place.holds = () => sdlFound(good);
  await lookFor(2);
  t.is(lines('supergraph is up to date').length, 1);
  t.true(watch.isUpToDate());
  watch[Symbol.dispose]();
});

test('starts with the last good supergraph when there is none to load', async (t) => {
  const kept: { sdl: string | undefined } = { sdl: undefined };
  const lastGood = {
    read: () => Promise.resolve(kept.sdl),
    write: async (sdl: string) => {
      kept.sdl = sdl;
    },
  };
  const withoutAny = watchPlace({ lastGood });
  withoutAny.place.holds = away;
  await t.throwsAsync(withoutAny.watch.start(), { message: 'It is away' });

  await watchPlace({ lastGood }).watch.start();
  t.is(kept.sdl, good);

  const { place, watch, lines } = watchPlace({ lastGood });
  place.holds = away;
  await watch.start();
  t.is(watch.current().sdl, good);
  t.false(watch.isUpToDate());
  t.is(lines('supergraph not loaded, the last good one serves').length, 1);
  place.holds = () => sdlFound(good);
  await watch.reload();
  t.true(watch.isUpToDate());
  t.is(place.builds, 1);
});

test('says why there is no supergraph when the last good one is none either', async (t) => {
  const { place, watch, lines } = watchPlace({
    lastGood: { read: async () => 'nonsense', write: async () => undefined },
  });
  place.holds = away;
  await t.throwsAsync(watch.start(), { message: 'It is away' });
  t.is(lines('last good supergraph not usable').length, 1);
});

test('serves on when the last good supergraph cannot be kept', async (t) => {
  const { watch, lines } = watchPlace({
    lastGood: {
      read: () => Promise.resolve(undefined),
      write: () => Promise.reject(new Error('The disk is full')),
    },
  });
  await watch.start();
  t.is(watch.current().sdl, good);
  t.true(watch.isUpToDate());
  t.is(lines('last good supergraph not kept').length, 1);
});

test('looks less and less often while looks fail', (t) => {
  const delays = [0, 1, 2, 3, 4, 5, 100].map((failures) => pollDelayMs(5_000, failures));
  t.deepEqual(delays, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  t.is(pollDelayMs(300_000, 3), 300_000);
});
