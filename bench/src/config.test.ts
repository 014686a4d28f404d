import test from 'ava';
import { readBenchConfig } from './config.ts';

test('measures the page at eight connections unless told otherwise', (t) => {
  t.like(readBenchConfig([], '/results'), {
    workload: 'page',
    connections: 8,
    isControl: false,
    resultsFolder: '/results',
  });
  t.like(readBenchConfig(['nested', '--connections', '50', '--control'], '/results'), {
    workload: 'nested',
    connections: 50,
    isControl: true,
  });
});

test('refuses a number that is none, and an option that it does not know', (t) => {
  t.throws(() => readBenchConfig(['--rounds', 'many'], '/results'), {
    message: /^--rounds must be a whole number from 1 to 100, not "many"/,
  });
  t.throws(() => readBenchConfig(['--rounds', '0'], '/results'), { message: /^--rounds must/ });
  t.throws(() => readBenchConfig(['--fast'], '/results'), { message: /Unknown option '--fast'/ });
});
