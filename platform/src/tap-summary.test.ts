import test from 'ava';
import { TapSummary } from './tap-summary.ts';

test('counts passed, failed and skipped tests and shows why one failed', (t) => {
  const printed: string[] = [];
  const summary = new TapSummary((line) => printed.push(line));
  const lines = [
    'TAP version 13',
    'ok 1 - adds',
    'not ok 2 - subtracts',
    '  ---',
    '  message: wrong',
  ];
  for (const line of [...lines, 'ok 3 - needs Redis # SKIP', '1..3']) summary.read(line);
  t.deepEqual(summary.counts, { passed: 1, failed: 1, skipped: 1 });
  t.deepEqual(printed, ['✔ adds', '✖ subtracts', '  ---', '  message: wrong', '- needs Redis']);
});
