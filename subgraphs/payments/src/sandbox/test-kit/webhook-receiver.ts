import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

const waitMs = 10_000;

export interface ReceivedWebhook {
  readonly rawBody: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly id: string;
  readonly type: string;
  readonly paymentId: string;
  readonly atMs: number;
}

/** A merchant's webhook endpoint on a free port, that keeps what it gets. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** Answers the next deliveries with these statuses (0 cuts the connection), then 204. */
  answerNext(statuses: readonly number[]): void;
  /** The first deliveries that fit, as many as asked for; rejects when they do not come. */
  waitFor(
    fits: (webhook: ReceivedWebhook) => boolean,
    count?: number,
  ): Promise<readonly ReceivedWebhook[]>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const statuses: number[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const rawBody = Buffer.concat(chunks);
    const event = JSON.parse(rawBody.toString()) as {
      id: string;
      type: string;
      data: { payment: { id: string } };
    };
    const { id, type } = event;
    const paymentId = event.data.payment.id;
    received.push({ rawBody, headers: request.headers, id, type, paymentId, atMs: Date.now() });
    const status = statuses.shift() ?? 204;
    if (status === 0) request.socket.destroy();
    else response.writeHead(status).end();
    for (const check of [...waiting]) check();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/payments`,
    received,
    answerNext: (next) => void statuses.push(...next),
    waitFor: (fits, count = 1) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly ReceivedWebhook[]>();
      const check = () => {
        const fitting = received.filter(fits);
        if (fitting.length >= count) resolve(fitting.slice(0, count));
      };
      const timer = setTimeout(() => {
        const types = received.map(({ type }) => type).join(', ');
        reject(new Error(`Waited ${waitMs} ms for ${count} webhooks; received: ${types}`));
      }, waitMs);
      waiting.add(check);
      check();
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(check);
      });
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
