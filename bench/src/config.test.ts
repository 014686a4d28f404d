import test from 'ava';
import { readBenchConfig } from './config.ts';

test('measures the page at eight connections unless told otherwise', (t) => {
  t.like(readBenchConfig([], '/results'), {
    name: 'page',
    connections: 8,
    isControl: false,
    resultsFolder: '/results',
  });
  t.like(readBenchConfig(['nested', '--connections', '50', '--control'], '/results'), {
    name: 'nested',
    connections: 50,
    isControl: true,
  });
});

test('executor measures all at fifty connections unless told otherwise', (t) => {
  t.like(readBenchConfig(['executor'], '/results'), {
    name: 'executor',
    connections: 50,
    gateways: undefined,
    workloads: undefined,
  });
  t.like(readBenchConfig(['executor', '--gateways', 'plaza,hive'], '/results'), {
    gateways: ['plaza', 'hive'],
  });
});

test('refuses a number that is none, and an option that it does not know', (t) => {
  t.throws(() => readBenchConfig(['--rounds', 'many'], '/results'), {
    message: /^--rounds must be a whole number from 1 to 100, not "many"/,
  });
  t.throws(() => readBenchConfig(['--rounds', '0'], '/results'), { message: /^--rounds must/ });
  t.throws(() => readBenchConfig(['--fast'], '/results'), { message: /Unknown option '--fast'/ });
});
