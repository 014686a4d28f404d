import { splitPubSubUrl } from '../src/pub-sub-url.ts';
import { CuttableProxy } from '../src/test-kit/cuttable-proxy.ts';

/** A way to a server that a test can close, while others go another way. */
export interface Door extends AsyncDisposable {
  readonly url: string;
  cut(): void;
  restore(): void;
}

export type OpenDoor = (url: string) => Promise<Door>;

export async function openServerDoor(url: string): Promise<Door> {
  const { proxy, url: through } = await CuttableProxy.inFrontOf(url);
  return {
    url: through,
    cut: () => proxy.cut(),
    restore: () => proxy.restore(),
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

/**
 * A door for each node of a cluster. Nodes tell clients each other's ports; the doors put their own in
 * the place of those, which have as many digits.
 */
export async function openClusterDoor(urls: string): Promise<Door> {
  const ports = new Map<string, string>();
  const rewrite = (answer: Buffer): Buffer => {
    let text = answer.toString('latin1');
    for (const [port, own] of ports) text = text.replaceAll(`:${port}`, `:${own}`);
    return Buffer.from(text, 'latin1');
  };
  const doors = await Promise.all(
    splitPubSubUrl(urls).map(async (url) => {
      const door = await CuttableProxy.inFrontOf(url, rewrite);
      ports.set(new URL(url).port, new URL(door.url).port);
      return door;
    }),
  );
  const each = (act: (proxy: CuttableProxy) => void) => (): void => {
    for (const { proxy } of doors) act(proxy);
  };
  return {
    url: doors.map((door) => door.url).join(','),
    cut: each((proxy) => proxy.cut()),
    restore: each((proxy) => proxy.restore()),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(doors.map(({ proxy }) => proxy[Symbol.asyncDispose]()));
    },
  };
}
