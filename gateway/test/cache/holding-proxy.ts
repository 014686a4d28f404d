import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A door in front of a server that can keep the server's answers back. */
export interface HoldingProxy extends AsyncDisposable {
  readonly url: string;
  /** From now on answers wait here. */
  hold(): void;
  /** Resolves when an answer waits. */
  held(): Promise<void>;
  release(): void;
}

export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  const { hostname, port } = new URL(target);
  const resources = new DisposableStack();
  let waiting: (() => void)[] | undefined;
  let arrival = Promise.withResolvers<void>();
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    resources.defer(() => server.destroy());
    resources.defer(() => client.destroy());
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.pipe(server);
    server.on('data', (data) => {
      if (waiting === undefined) {
        client.write(data);
        return;
      }
      waiting.push(() => client.write(data));
      arrival.resolve();
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `redis://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    hold: () => {
      waiting = [];
      arrival = Promise.withResolvers();
    },
    held: () => arrival.promise,
    release: () => {
      for (const send of waiting ?? []) send();
      waiting = undefined;
    },
    [Symbol.asyncDispose]: async () => {
      resources.dispose();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
