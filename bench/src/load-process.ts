/** A process that loads a gateway with autocannon, so that the load is not on the gateway's bill. */
import autocannon from 'autocannon';

export interface LoadOrder {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Header that says something else in each request. */
  readonly distinctHeader?: string | undefined;
  /** Every answer must be this text, byte for byte. */
  readonly answer: string;
  readonly connections: number;
  /** Requests to send; the load ends when the last is answered. */
  readonly amount: number;
}

export interface LoadResult {
  readonly kind: 'load';
  readonly requests: number;
  readonly elapsedMs: number;
  readonly latenciesMs: readonly number[];
  readonly failures: {
    /** Broken connections and timeouts. */
    readonly errors: number;
    readonly not200: number;
    readonly otherBodies: number;
  };
}

/** Under the load of other work, fifty big answers at once may take a slow gateway half of it. */
const requestTimeoutSeconds = 60;
const sampleIntervalMs = 100;
/** Of all orders: what one has asked for is known in the next. */
let distinctRequests = 0;

process.on('message', (order: LoadOrder) => {
  runLoad(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());

function runLoad(order: LoadOrder): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  let endedAt = startedAt;
  let otherBodies = 0;
  const options = toAutocannonOptions(order, (body) => {
    otherBodies += body === order.answer ? 0 : 1;
  });
  return new Promise((resolve, reject) => {
    const running = autocannon(options, (error, result) => {
      if (error) {
        reject(error);
        return;
      }
      const { errors, non2xx, mismatches } = result;
      resolve({
        kind: 'load',
        requests: latenciesMs.length,
        elapsedMs: endedAt - startedAt,
        latenciesMs,
        failures: { errors, not200: non2xx, otherBodies: mismatches + otherBodies },
      });
    });
    // autocannon's own histogram counts whole milliseconds; these are finer.
    running.on('response', (_client, _status, _bytes, latencyMs) => {
      latenciesMs.push(latencyMs);
      endedAt = performance.now();
    });
  });
}

function toAutocannonOptions(order: LoadOrder, onBody: (body: string) => void): autocannon.Options {
  const { url, headers, body, connections, amount } = order;
  const common = {
    url,
    headers,
    body,
    connections,
    amount,
    method: 'POST',
    timeout: requestTimeoutSeconds,
    sampleInt: sampleIntervalMs,
  } as const;
  const { distinctHeader } = order;
  if (distinctHeader === undefined) {
    return { ...common, expectBody: order.answer };
  }
  const setupRequest = (request: autocannon.Request): autocannon.Request => {
    distinctRequests += 1;
    return { ...request, headers: { ...headers, [distinctHeader]: String(distinctRequests) } };
  };
  // With requests of their own, autocannon leaves it to them to look at the answers.
  return { ...common, requests: [{ setupRequest, onResponse: (_status, text) => onBody(text) }] };
}
