/**
 * Runs the tests: starts a throw-away PostgreSQL, hands its URL to ava, shows each result, and ends
 * with one line of counts that a CI can read. Arguments are ava's: files or options.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '@plaza/prisma/embedded-postgres';
import { childEnvironment } from '../config.ts';
import { repositoryRoot } from '../repository-root.ts';
import { TapSummary } from '../tap-summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'plaza-test-'));
const postgres = await startEmbeddedPostgres({ folder, durable: false });
const summary = new TapSummary((line) => process.stdout.write(`${line}\n`));

async function runAva(): Promise<number> {
  const args = process.argv.slice(2).filter((arg) => arg !== '--no-build');
  const ava = spawn(process.execPath, ['node_modules/ava/entrypoints/cli.js', '--tap', ...args], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: childEnvironment({
      PLAZA_TEST_POSTGRES_URL: postgres.databaseUrl('postgres'),
      APOLLO_TELEMETRY_DISABLED: 'true',
    }),
  });
  const exited = new Promise<number>((settle) => {
    ava.once('exit', (code) => settle(code ?? 1));
  });
  for await (const line of createInterface({ input: ava.stdout })) summary.read(line);
  return exited;
}

try {
  const code = await runAva();
  const { passed, failed, skipped } = summary.counts;
  const isGood = code === 0 && failed === 0 && passed > 0;
  // A test file that crashed fails the run, though no single test in it did.
  const failures = isGood ? 0 : Math.max(failed, 1);
  process.stdout.write(`\n${passed} passed, ${failures} failed, ${skipped} skipped\n`);
  process.exitCode = isGood ? 0 : 1;
} finally {
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
}
