import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { pickPorts, runStart } from './kit/start-test-platform.ts';

function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'plaza-refused-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a start that cannot succeed says on its last line. */
async function complaint(environment: Record<string, string>): Promise<string> {
  const { launcher, printed } = runStart({ ...(await pickPorts()), ...environment });
  const [code] = await once(launcher, 'exit');
  if (code !== 1) throw new Error(`exit code ${code}:\n${printed()}`);
  const said = printed().split('✖ ').at(-1)?.trim() ?? '';
  if (said.includes('\n')) throw new Error(`more than one line:\n${said}`);
  return said;
}

test('a busy port is named with the variable that moves it', async (t) => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const folder = temporaryFolder(t);
  t.is(
    await complaint({ PLAZA_DATA_FOLDER: folder, TICKETING_PORT: String(port) }),
    `Port ${port} is used by another program: stop that program, or set TICKETING_PORT to a free port.`,
  );
});

test('a broken data folder says how to go on', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'postgres'));
  writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '9.6\n');
  writeFileSync(join(folder, 'postgres-password'), 'x\n');
  t.regex(await complaint({ PLAZA_DATA_FOLDER: folder }), /cannot be opened .*"npm run reset"/);
});

test('a second start on the same data folder points to the first', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'start.pid'), `${process.pid}\n`);
  t.regex(await complaint({ PLAZA_DATA_FOLDER: folder }), new RegExp(`process ${process.pid}`));
});

test('wrong settings are all named at once', async (t) => {
  const said = await complaint({ PLAZA_PORT: 'x', PLAZA_LOG_LEVEL: 'loud' });
  t.regex(said, /PLAZA_PORT: .*PLAZA_LOG_LEVEL: /);
});

test('a database server that is away is named without its password', async (t) => {
  const said = await complaint({
    PLAZA_DATA_FOLDER: temporaryFolder(t),
    PAYMENTS_DATABASE_URL: 'postgresql://plaza:secret@127.0.0.1:1/payments',
  });
  t.regex(said, /^The database payments at 127\.0\.0\.1:1 cannot be used \(ECONNREFUSED\)/);
});
