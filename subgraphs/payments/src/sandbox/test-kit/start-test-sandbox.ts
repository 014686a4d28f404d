import type { SandboxConfig } from '../config.ts';
import { readSandboxConfig } from '../config.ts';
import { startSandbox } from '../start-sandbox.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

export const testApiKey = 'test-api-key';
export const testWebhookSecret = 'test-webhook-secret';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests compare whole bodies of many shapes
  readonly body: any;
}

export interface ApiCall {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A sandbox on a free port with the control API on, and the receiver of its webhooks. */
export interface TestSandbox extends AsyncDisposable {
  readonly url: string;
  readonly receiver: WebhookReceiver;
  /** Calls the sandbox with its API key. */
  api(method: 'GET' | 'POST' | 'DELETE', path: string, call?: ApiCall): Promise<ApiAnswer>;
  /** Creates a payment; `changes` go over a payment of 12,550 MXN cents by `tok_visa`. */
  pay(changes?: object, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
  /** Switches faults on. */
  setFaults(faults: object): Promise<void>;
}

/** Starts both; delays are short so that tests wait for events, not for time. */
export async function startTestSandbox(
  changes: Partial<SandboxConfig> = {},
  clock: { readonly now?: () => number } = {},
): Promise<TestSandbox> {
  const receiver = await startWebhookReceiver();
  const config = {
    ...readSandboxConfig({}),
    port: 0,
    apiKey: testApiKey,
    webhookUrl: receiver.url,
    webhookSecret: testWebhookSecret,
    isControlEnabled: true,
    captureDelayMs: 10,
    lateCaptureDelayMs: 300,
    slowAnswerMs: 200,
    webhookRetryDelayMs: 10,
    webhookRetryDelayMaxMs: 100,
    logLevel: 'silent',
    ...changes,
  } as const;
  const sandbox = await startSandbox(config, clock);
  const client = createSandboxClient(sandbox.url);
  return {
    url: sandbox.url,
    receiver,
    ...client,
    [Symbol.asyncDispose]: async () => {
      await sandbox.close();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

let keysMade = 0;

/** Calls a sandbox that runs at this URL, whoever started it. */
export function createSandboxClient(url: string): Pick<TestSandbox, 'api' | 'pay' | 'setFaults'> {
  const api: TestSandbox['api'] = async (method, path, { body, headers, signal } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${testApiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };
  return {
    api,
    pay: (changes = {}, headers = {}) => {
      keysMade += 1;
      return api('POST', '/v1/payments', {
        body: {
          amount: 12_550,
          currency: 'MXN',
          card_token: 'tok_visa',
          reference: `order-${keysMade}`,
          ...changes,
        },
        headers: { 'idempotency-key': `key-${keysMade}`, ...headers },
      });
    },
    setFaults: async (faults) => {
      const { status, body } = await api('POST', '/sandbox/faults', { body: faults });
      if (status !== 200) throw new Error(body.error.message);
    },
  };
}
