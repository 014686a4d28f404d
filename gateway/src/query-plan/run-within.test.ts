import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { runWithin } from './run-within.ts';

test('returns and throws what the work does', (t) => {
  const failure = new Error('No plan');
  t.is(
    runWithin(1_000, () => 7),
    7,
  );
  t.is(
    t.throws(() =>
      runWithin(1_000, () => {
        throw failure;
      }),
    ),
    failure,
  );
});

test('ends work that goes on and on, whatever it catches', (t) => {
  const error = t.throws(
    () =>
      runWithin(50, () => {
        for (let round = 0; ; round += 1) {
          try {
            JSON.parse(`[${round}]`);
          } catch {
            // Nothing: the end of its time is not for the work to catch.
          }
        }
      }),
    { instanceOf: AppError },
  );
  t.is(error?.code, 'OPERATION_TOO_COMPLEX');
});
