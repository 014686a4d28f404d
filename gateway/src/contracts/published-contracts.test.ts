import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { parse } from 'yaml';
import { temporaryFolder } from '../../test/cli-kit/run-cli.ts';
import { breakingChanges } from './breaking-changes.ts';
import { compareContracts, publishContracts, recordFile } from './published-contracts.ts';

const command = 'publish';
const date = '2026-12-01';
const partner = (apiSdl: string) => ({ name: 'partner', apiSdl });
const first = partner('type Query { a: Int b(x: Int): Int }');
const more = partner('type Query { a: Int b(x: Int, y: Int): Int c: Int }');
const less = partner('type Query { a: Int b: Int }');

test('tells what clients may use and find no more', (t) => {
  const rows: [published: string, current: string, changes: string[]][] = [
    [first.apiSdl, more.apiSdl, []],
    [first.apiSdl, less.apiSdl, ['ARG_REMOVED: Query.b arg x was removed.']],
    [
      'type Query { a: Int! }',
      'type Query { a: Int }',
      ['FIELD_CHANGED_KIND: Query.a changed type from Int! to Int.'],
    ],
    ['type Query { a: Int }', 'type Query { a: Int! }', []],
    [
      'type Query { a(by: In): Int } input In { x: Int }',
      'type Query { a(by: In): Int } input In { x: Int y: Int! }',
      ['REQUIRED_INPUT_FIELD_ADDED: A required field y on input type In was added.'],
    ],
    [
      'type Query { a: E } enum E { A B }',
      'type Query { a: E } enum E { A C }',
      ['VALUE_REMOVED_FROM_ENUM: B was removed from enum type E.'],
    ],
  ];
  for (const [published, current, changes] of rows) {
    t.deepEqual(breakingChanges(published, current), changes, current);
  }
});

test('publishes what is new or has grown, and nothing that breaks clients', (t) => {
  using folder = temporaryFolder();
  const there = folder.file('contracts');
  const publication = { command, date, reason: undefined };
  t.deepEqual(compareContracts([first], there), [{ name: 'partner', breaks: [] }]);
  t.deepEqual(publishContracts([first], there, publication), ['partner']);
  t.deepEqual(publishContracts([first], there, publication), []);
  t.deepEqual(publishContracts([more], there, publication), ['partner']);
  t.is(readFileSync(`${there}/partner.graphql`, 'utf8'), `${more.apiSdl}\n`);
  const added = { name: 'added', apiSdl: 'type Query { z: Int }' };
  const error = t.throws(() => publishContracts([first, added], there, publication), {
    instanceOf: AppError,
  });
  t.is(
    error?.message,
    'The contract "partner" would break its clients:\n' +
      '  FIELD_REMOVED: Query.c was removed.\n' +
      '  ARG_REMOVED: Query.b arg y was removed.\n' +
      'Keep what they use, deprecated, until nobody does. If it must go all the same, say why:\n' +
      '  publish --reason "<why, and who was told>"',
  );
  t.is(readFileSync(`${there}/partner.graphql`, 'utf8'), `${more.apiSdl}\n`);
  t.false(existsSync(`${there}/added.graphql`));
});

test('keeps the reason of what broke clients, also when a contract is gone', (t) => {
  using folder = temporaryFolder();
  const there = folder.file('contracts');
  publishContracts([first], there, { command, date, reason: undefined });
  t.deepEqual(publishContracts([less], there, { command, date, reason: 'x is gone' }), ['partner']);
  t.deepEqual(compareContracts([less], there), []);
  t.deepEqual(compareContracts([], there), [
    { name: 'partner', breaks: ['CONTRACT_REMOVED: it is not served any more.'] },
  ]);
  publishContracts([], there, { command, date, reason: 'nobody is left' });
  t.false(existsSync(`${there}/partner.graphql`));
  const { partner: kept } = parse(readFileSync(`${there}/${recordFile}`, 'utf8'));
  t.deepEqual(kept, {
    sha256: null,
    breakingChanges: [
      { date, reason: 'x is gone', changes: ['ARG_REMOVED: Query.b arg x was removed.'] },
      {
        date,
        reason: 'nobody is left',
        changes: ['CONTRACT_REMOVED: it is not served any more.'],
      },
    ],
  });
  t.deepEqual(compareContracts([], there), []);
  publishContracts([first], there, { command, date, reason: undefined });
  t.deepEqual(compareContracts([first], there), []);
});

test('does not take a schema, or a record, that was changed or removed by hand', (t) => {
  const changes: ((folder: string) => void)[] = [
    (folder) => writeFileSync(`${folder}/partner.graphql`, `${less.apiSdl}\n`),
    (folder) => rmSync(`${folder}/partner.graphql`),
    (folder) => rmSync(`${folder}/${recordFile}`),
    (folder) => writeFileSync(`${folder}/${recordFile}`, 'partner: {}\n'),
  ];
  for (const change of changes) {
    using folder = temporaryFolder();
    const there = folder.file('contracts');
    publishContracts([first], there, { command, date, reason: undefined });
    change(there);
    for (const reason of [undefined, 'because']) {
      t.throws(() => publishContracts([less], there, { command, date, reason }), {
        message: /restore it/,
      });
    }
  }
});
