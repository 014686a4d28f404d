import test from 'ava';
import { acceptedEncoding } from './compress-answers.ts';

const offered = ['zstd', 'br', 'gzip'] as const;

const choices: readonly [accepted: string | undefined, chosen: string | undefined][] = [
  [undefined, undefined],
  ['', undefined],
  ['gzip, deflate', 'gzip'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['GZIP', 'gzip'],
  ['gzip;q=1.0, br;q=0.5', 'gzip'],
  ['*', 'zstd'],
  ['*;q=0', undefined],
  ['zstd;q=0, *', 'br'],
  ['gzip;q=0', undefined],
  ['gzip;q=0.5, identity', undefined],
  ['gzip;q=nonsense', undefined],
  ['gzip;q=7', undefined],
  ['deflate, compress', undefined],
];

for (const [accepted, chosen] of choices) {
  test(`Accept-Encoding: ${accepted ?? '(none)'} gets ${chosen ?? 'the plain text'}`, (t) => {
    t.is(acceptedEncoding(accepted, offered), chosen as ReturnType<typeof acceptedEncoding>);
  });
}
