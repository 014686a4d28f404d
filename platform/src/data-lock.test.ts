import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { lockDataFolder } from './data-lock.ts';

test('a second start is refused, a killed one is not in the way', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plaza-lock-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'start.pid');
  writeFileSync(file, `${process.ppid}\n`); // the test runner: alive, and a Node
  t.throws(() => lockDataFolder(folder), { message: /already runs on .*"kill \d+"/ });
  writeFileSync(file, '999999999\n');
  const unlock = lockDataFolder(folder);
  unlock();
  t.notThrows(() => lockDataFolder(folder)());
});

test('a data folder that is no folder is one line that says what to do', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plaza-lock-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), '');
  t.throws(() => lockDataFolder(join(folder, 'file')), {
    message: /cannot be used \(EEXIST\): .* set PLAZA_DATA_FOLDER/,
  });
});
