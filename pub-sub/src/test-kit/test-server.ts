import { once } from 'node:events';
import { connect } from 'node:net';
import { readTestServerSettings } from './config.ts';

/** How long a connection to a port may take. */
const connectTimeoutMs = 1_000;

/** A server that tests need, or why the machine has none: then they are skipped and say so. */
export type TestServer =
  | { readonly url: string; stop(): Promise<void> }
  | { readonly missing: string };

/** A server that was there before and stays. */
export function foundServer(url: string): TestServer {
  return { url, stop: () => Promise.resolve() };
}

/** Throws on a build server, which has to have all of them. */
export function missingServer(missing: string): TestServer {
  if (readTestServerSettings().isBuildServer) throw new Error(`CI has ${missing}`);
  return { missing };
}

/** True when something listens on the port of this machine. */
export async function answersOn(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port, timeout: connectTimeoutMs });
  try {
    return await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'timeout').then(() => false),
    ]);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
