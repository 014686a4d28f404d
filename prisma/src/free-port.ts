import { once } from 'node:events';
import { createServer } from 'node:net';

/** Resolves to `preferred` if nothing listens there on loopback, else to some free port. */
export async function findFreePort(preferred = 0): Promise<number> {
  const port = await tryPort(preferred);
  return port ?? (await tryPort(0)) ?? 0;
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
