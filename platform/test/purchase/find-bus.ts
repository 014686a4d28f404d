import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { findRabbitmq } from '@plaza/kit/message-bus/test/find-test-server';
import { createDatabase } from '@plaza/prisma/migrate';
import { dropDatabase } from './databases.ts';

const run = promisify(execFile);
/** How long RabbitMQ's own command may take. */
const commandTimeoutMs = 20_000;

export type BusName = 'embedded' | 'rabbitmq';

/** A message bus that no other test uses. */
export interface TestBus extends AsyncDisposable {
  readonly name: BusName;
  readonly url: string;
}

/** A database of its own on the test server. */
export async function createEmbeddedBus(serverUrl: string): Promise<TestBus> {
  const database = `test_purchase_bus_${randomBytes(6).toString('hex')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  await createDatabase(url.href);
  return {
    name: 'embedded',
    url: url.href,
    [Symbol.asyncDispose]: () => dropDatabase(serverUrl, database),
  };
}

/**
 * A virtual host of its own, made by `rabbitmqctl`; the reason when that is not possible here, which
 * is a failure on a build server.
 */
export async function createRabbitmqBus(): Promise<TestBus | { readonly missing: string }> {
  const server = await findRabbitmq();
  if ('missing' in server) return server;
  const host = `plaza-test-${randomBytes(6).toString('hex')}`;
  const url = new URL(server.url);
  const control = (...args: string[]) =>
    run('rabbitmqctl', ['--quiet', ...args], { timeout: commandTimeoutMs });
  try {
    await control('add_vhost', host);
    const user = decodeURIComponent(url.username) || 'guest';
    await control('set_permissions', '-p', host, user, '.*', '.*', '.*');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { missing: `a virtual host of its own cannot be made on RabbitMQ: ${reason}` };
  }
  url.pathname = `/${host}`;
  return {
    name: 'rabbitmq',
    url: url.href,
    [Symbol.asyncDispose]: async () => void (await control('delete_vhost', host)),
  };
}
