import test from 'ava';
import { LatencyCounter, toLatencyFigures } from './latency-counts.ts';

test('says what half, nearly all and all of the latencies stay below', (t) => {
  const counter = new LatencyCounter();
  for (let latencyMs = 1; latencyMs <= 200; latencyMs += 1) counter.add(latencyMs);
  t.deepEqual(toLatencyFigures(counter.take()), { p50: 101, p99: 199, max: 200 });
  t.deepEqual(counter.take(), []);
});

test('sums up what several processes have counted', (t) => {
  const [one, other] = [new LatencyCounter(), new LatencyCounter()];
  one.add(0.52);
  other.add(0.48);
  other.add(7);
  const figures = toLatencyFigures([...one.take(), ...other.take()]);
  t.deepEqual(figures, { p50: 0.5, p99: 7, max: 7 });
  t.throws(() => toLatencyFigures([]), { message: 'There are no latencies' });
});
