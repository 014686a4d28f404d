import { createServer } from 'node:net';

/** Below those that systems give away, so that no server of another test is given it meanwhile. */
const firstPort = 20_000;
const portCount = 10_000;
const triesMax = 100;

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const port = firstPort + Math.floor(Math.random() * portCount);
    if (await isFree(port)) return port;
  }
  throw new Error(`None of ${triesMax} ports is free`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
