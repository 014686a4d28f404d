import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Where a URL without a port leads to. */
const standardPorts: Readonly<Record<string, number>> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'amqp:': 5672,
  'redis:': 6379,
};

/** A door in front of a server that a test can slam: what clients see when a server goes away. */
export class CuttableProxy implements AsyncDisposable {
  readonly #target: { host: string; port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #rewrite: ((answer: Buffer) => Buffer) | undefined;
  #isOpen = true;

  private constructor(
    target: { host: string; port: number },
    rewrite: ((answer: Buffer) => Buffer) | undefined,
  ) {
    this.#target = target;
    this.#rewrite = rewrite;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** The proxy and the URL that leads through it. Answers pass through `rewrite`. */
  static async inFrontOf(
    url: string,
    rewrite?: (answer: Buffer) => Buffer,
  ): Promise<{ proxy: CuttableProxy; url: string }> {
    const address = new URL(url);
    const port = Number(address.port) || (standardPorts[address.protocol] ?? 0);
    const proxy = new CuttableProxy({ host: address.hostname, port }, rewrite);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    address.hostname = '127.0.0.1';
    address.port = String((proxy.#server.address() as AddressInfo).port);
    return { proxy, url: address.href };
  }

  /** Ends all connections and refuses new ones. */
  cut(): void {
    this.#isOpen = false;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  restore(): void {
    this.#isOpen = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    if (!this.#isOpen) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(server);
    if (this.#rewrite === undefined) {
      server.pipe(client);
      return;
    }
    const rewrite = this.#rewrite;
    server.on('data', (answer: Buffer) => void client.write(rewrite(answer)));
  }
}
