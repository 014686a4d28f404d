import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  createSandboxClient,
  startTestSandbox,
  testApiKey,
  testWebhookSecret,
} from './test-kit/start-test-sandbox.ts';
import { startWebhookReceiver } from './test-kit/webhook-receiver.ts';

function journalFile(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return join(folder, 'below', 'payments.jsonl');
}

interface SandboxProcess extends ReturnType<typeof createSandboxClient> {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
}

/** The real process on a free port, waited for until it says where it listens. */
async function startProcess(environment: Record<string, string>): Promise<SandboxProcess> {
  const main = new URL('./main.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [main], {
    env: { PAYMENT_SANDBOX_API_KEY: testApiKey, PAYMENT_SANDBOX_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.on('data', (chunk) => {
    const [, found] = /"url\.full":"([^"]+)"/.exec(String(chunk)) ?? [];
    if (found !== undefined) resolve(found);
  });
  child.once('exit', () => reject(new Error('The sandbox ended before it listened')));
  return { process: child, exited, ...createSandboxClient(await url) };
}

test('remembers payments, keys and undelivered events over a restart', async (t) => {
  const file = journalFile(t);
  await using receiver = await startWebhookReceiver();
  const settings = { journalFile: file, webhookUrl: receiver.url };
  const request = { reference: 'order-1', card_token: 'tok_capture_late' };
  const key = { 'idempotency-key': 'intent' };
  let first = '';
  {
    await using sandbox = await startTestSandbox({ ...settings, lateCaptureDelayMs: 1_000 });
    first = (await sandbox.pay(request, key)).body.id;
  }
  await using sandbox = await startTestSandbox({ ...settings, lateCaptureDelayMs: 1_000 });
  t.is((await sandbox.pay(request, key)).body.id, first);
  const [event] = await receiver.waitFor(({ type }) => type === 'payment.captured');
  t.is(event?.paymentId, first);
});

test('forgets everything over a restart without a journal', async (t) => {
  let id = '';
  {
    await using sandbox = await startTestSandbox();
    id = (await sandbox.pay()).body.id;
  }
  await using sandbox = await startTestSandbox();
  t.is((await sandbox.api('GET', `/v1/payments/${id}`)).status, 404);
});

test('loses nothing that it answered when it is killed at any point', async (t) => {
  const file = journalFile(t);
  await using receiver = await startWebhookReceiver();
  const environment = {
    PAYMENT_SANDBOX_WEBHOOK_SECRET: testWebhookSecret,
    PAYMENT_SANDBOX_WEBHOOK_URL: receiver.url,
    PAYMENT_SANDBOX_WEBHOOK_RETRY_DELAY_MS: '20',
    PAYMENT_SANDBOX_CONTROL_ENABLED: 'true',
    PAYMENT_SANDBOX_JOURNAL: file,
    PAYMENT_SANDBOX_CAPTURE_DELAY_MS: '20',
  };
  const answered = new Map<string, string>();
  for (let round = 0; round < 4; round += 1) {
    const sandbox = await startProcess(environment);
    let answeredInRound = 0;
    const calls = Array.from({ length: 30 }, async (_, index) => {
      const reference = `order-${round}-${index}`;
      const { body } = await sandbox.pay({ reference }, { 'idempotency-key': reference });
      answered.set(reference, body.id);
      answeredInRound += 1;
      if (answeredInRound === 10 + round) sandbox.process.kill('SIGKILL');
    });
    await Promise.allSettled(calls);
    sandbox.process.kill('SIGKILL');
    await sandbox.exited;
  }
  t.true(answered.size >= 40, `${answered.size} were answered`);
  const sandbox = await startProcess(environment);
  t.teardown(() => sandbox.process.kill('SIGKILL'));
  for (const [reference, id] of answered) {
    const repeated = await sandbox.pay({ reference }, { 'idempotency-key': reference });
    t.is(repeated.body.id, id);
  }
  const { body } = await sandbox.api('GET', '/sandbox/payments?limit=1000');
  const references = body.data.map((payment: { reference: string }) => payment.reference);
  t.is(new Set(references).size, references.length);
  for (const id of answered.values()) {
    await receiver.waitFor((event) => event.paymentId === id && event.type === 'payment.captured');
  }
});

test('starts behind a last line that was cut off, and goes on writing whole lines', async (t) => {
  const file = journalFile(t);
  let id = '';
  {
    await using sandbox = await startTestSandbox({ journalFile: file });
    id = (await sandbox.pay({ card_token: 'tok_declined' })).body.id;
    await sandbox.receiver.waitFor(() => true);
  }
  appendFileSync(file, '{"payment":{"id":"pay_cut","amo');
  {
    await using sandbox = await startTestSandbox({ journalFile: file });
    t.is((await sandbox.api('GET', `/v1/payments/${id}`)).status, 200);
    t.is((await sandbox.api('GET', '/v1/payments/pay_cut')).status, 404);
    await sandbox.pay({ card_token: 'tok_declined' });
  }
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
    t.notThrows(() => JSON.parse(line));
  }
});

test('says what to do with a damaged journal, a busy port and a wrong setting', async (t) => {
  const file = journalFile(t);
  await using sandbox = await startTestSandbox({ journalFile: file });
  const broken = `${file}.broken`;
  writeFileSync(broken, 'not json\n{}\n');
  const failures = [
    [{ PAYMENT_SANDBOX_JOURNAL: broken }, /damaged at line 1.*Move the file away/],
    [{ PAYMENT_SANDBOX_PORT: new URL(sandbox.url).port }, /EADDRINUSE/],
    [{ PAYMENT_SANDBOX_API_KEY: 'short' }, /PAYMENT_SANDBOX_API_KEY/],
  ] as const;
  for (const [environment, message] of failures) {
    const main = new URL('./main.js', import.meta.url).pathname;
    const child = spawn(process.execPath, [main], {
      env: {
        LOG_LEVEL: 'silent',
        PAYMENT_SANDBOX_PORT: '0',
        ...environment,
      },
    });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += String(chunk);
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    t.is(code, 1);
    t.regex(errors, message);
    t.is(errors.trimEnd().split('\n').length, 1, errors);
  }
});

test('stops at once on SIGTERM, also while a call hangs', async (t) => {
  const sandbox = await startProcess({});
  const hanging = sandbox.pay({ card_token: 'tok_timeout_not_received' });
  const isCut = t.throwsAsync(hanging);
  await sandbox.pay();
  sandbox.process.kill('SIGTERM');
  t.is(await sandbox.exited, 0);
  await isCut;
});
