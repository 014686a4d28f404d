import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { temporaryFolder } from '../../test/cli-kit/run-cli.ts';
import { lastGoodFile } from './last-good-file.ts';

const { signal } = new AbortController();

test('keeps the last supergraph, and says when there is none', async (t) => {
  using folder = temporaryFolder();
  const path = folder.file('last-good.graphql');
  const file = lastGoodFile(path);
  t.is(await file.read(signal), undefined);
  await file.write('one');
  await file.write('two');
  t.is(readFileSync(path, 'utf8'), 'two');
  t.is(await file.read(signal), 'two');
  t.deepEqual(readdirSync(folder.file('.')), ['last-good.graphql']);
});

test('leaves what it kept, and nothing else, when it cannot be replaced', async (t) => {
  using folder = temporaryFolder();
  const path = folder.file('a-folder');
  mkdirSync(path);
  await t.throwsAsync(lastGoodFile(path).write('one'), { code: 'EISDIR' });
  t.deepEqual(readdirSync(folder.file('.')), ['a-folder']);
  await t.throwsAsync(lastGoodFile(path).read(signal));
});
