import test from 'ava';
import { CircuitBreaker } from './circuit-breaker.ts';

const settings = { circuitFailuresMax: 3, circuitOpenMs: 1_000 };

function openCircuit(atMs: number): CircuitBreaker {
  const circuit = new CircuitBreaker(settings);
  for (let failure = 0; failure < 3; failure += 1) {
    circuit.tryPass(atMs);
    circuit.failed(atMs);
  }
  return circuit;
}

test('opens at the third failure in a row and says so once', (t) => {
  const circuit = new CircuitBreaker(settings);
  t.deepEqual([circuit.failed(0), circuit.failed(0), circuit.failed(0)], [false, false, true]);
  t.false(circuit.tryPass(999));
});

test('stays closed when failures have successes between them', (t) => {
  const circuit = new CircuitBreaker(settings);
  for (let round = 0; round < 5; round += 1) {
    circuit.failed(0);
    circuit.failed(0);
    circuit.succeeded();
  }
  t.true(circuit.tryPass(0));
});

test('lets one call try after a while, and closes when it succeeds', (t) => {
  const circuit = openCircuit(0);
  t.true(circuit.tryPass(1_000));
  t.false(circuit.tryPass(1_000));
  circuit.succeeded();
  t.true(circuit.tryPass(1_000) && circuit.tryPass(1_000));
});

test('stays open for as long again when the try fails', (t) => {
  const circuit = openCircuit(0);
  t.true(circuit.tryPass(1_000));
  t.false(circuit.failed(1_500));
  t.false(circuit.tryPass(2_499));
  t.true(circuit.tryPass(2_500));
});

test('lets the next call try when the one that tried went away', (t) => {
  const circuit = openCircuit(0);
  t.true(circuit.tryPass(1_000));
  circuit.abandoned();
  t.true(circuit.tryPass(1_000));
});
