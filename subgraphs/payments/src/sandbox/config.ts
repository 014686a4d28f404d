import { amount, port, readEnvironment } from '@plaza/kit/environment';
import { z } from 'zod';

const environmentSchema = z.object({
  /** Address that the sandbox listens on. */
  PAYMENT_SANDBOX_HOST: z.string().default('127.0.0.1'),
  /** Port that the sandbox listens on; 0 takes any free port. */
  PAYMENT_SANDBOX_PORT: port(4090),
  /** Where a browser reaches the sandbox; empty means the address that it listens on. */
  PAYMENT_SANDBOX_PUBLIC_URL: z.union([z.literal(''), z.url()]).default(''),
  /** What merchants must send as bearer token. */
  PAYMENT_SANDBOX_API_KEY: z.string().min(8).default('sandbox-api-key'),
  /** Where events are posted to. */
  PAYMENT_SANDBOX_WEBHOOK_URL: z.url().default('http://localhost:4003/webhooks/payments'),
  /** What events are signed with. */
  PAYMENT_SANDBOX_WEBHOOK_SECRET: z.string().min(8).default('sandbox-webhook-secret'),
  /** Whether /sandbox/ (faults, all payments, all events) answers. */
  PAYMENT_SANDBOX_CONTROL_ENABLED: z.stringbool().default(false),
  /** File that keeps payments over a restart; empty keeps them in memory only. */
  PAYMENT_SANDBOX_JOURNAL: z.string().default(''),
  /** From accepted to captured or declined, in milliseconds. */
  PAYMENT_SANDBOX_CAPTURE_DELAY_MS: amount(1_000, { min: 0 }),
  /** The same for `tok_capture_late`, in milliseconds. */
  PAYMENT_SANDBOX_LATE_CAPTURE_DELAY_MS: amount(60_000, { min: 0 }),
  /** How long `tok_slow` waits for its answer, in milliseconds. */
  PAYMENT_SANDBOX_SLOW_ANSWER_MS: amount(3_000, { min: 0 }),
  /** Longest that a hanging call is held before its connection is cut, in milliseconds. */
  PAYMENT_SANDBOX_HANG_MS: amount(120_000),
  /** How long a challenge may stay unanswered before the payment expires, in milliseconds. */
  PAYMENT_SANDBOX_CHALLENGE_TTL_MS: amount(600_000),
  /** How long the receiver of an event may take to answer, in milliseconds. */
  PAYMENT_SANDBOX_WEBHOOK_TIMEOUT_MS: amount(5_000),
  /** How often one event is offered before it is given up. */
  PAYMENT_SANDBOX_WEBHOOK_ATTEMPTS_MAX: amount(12, { max: 100 }),
  /** Pause after the first failed offer, in milliseconds; doubles with each. */
  PAYMENT_SANDBOX_WEBHOOK_RETRY_DELAY_MS: amount(500),
  /** Longest pause between two offers, in milliseconds. */
  PAYMENT_SANDBOX_WEBHOOK_RETRY_DELAY_MAX_MS: amount(30_000),
  /** Payments that are remembered; then new ones are refused until a reset. */
  PAYMENT_SANDBOX_PAYMENTS_MAX: amount(50_000, { max: 1_000_000 }),
  /** Least severe log lines that are written. */
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
});

export interface SandboxConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Undefined: the address that it listens on. */
  readonly publicUrl: string | undefined;
  readonly apiKey: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  readonly isControlEnabled: boolean;
  /** Undefined: memory only. */
  readonly journalFile: string | undefined;
  readonly captureDelayMs: number;
  readonly lateCaptureDelayMs: number;
  readonly slowAnswerMs: number;
  readonly hangMs: number;
  readonly challengeTtlMs: number;
  readonly webhookTimeoutMs: number;
  readonly webhookAttemptsMax: number;
  readonly webhookRetryDelayMs: number;
  readonly webhookRetryDelayMaxMs: number;
  readonly paymentsMax: number;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The sandbox's settings. Throws StartupError that names every wrong variable at once. */
export function readSandboxConfig(environment: Environment = process.env): SandboxConfig {
  const read = readEnvironment(environmentSchema, environment);
  return Object.freeze({
    host: read.PAYMENT_SANDBOX_HOST,
    port: read.PAYMENT_SANDBOX_PORT,
    publicUrl: nonEmpty(read.PAYMENT_SANDBOX_PUBLIC_URL)?.replace(/\/$/, ''),
    apiKey: read.PAYMENT_SANDBOX_API_KEY,
    webhookUrl: read.PAYMENT_SANDBOX_WEBHOOK_URL,
    webhookSecret: read.PAYMENT_SANDBOX_WEBHOOK_SECRET,
    isControlEnabled: read.PAYMENT_SANDBOX_CONTROL_ENABLED,
    journalFile: nonEmpty(read.PAYMENT_SANDBOX_JOURNAL),
    captureDelayMs: read.PAYMENT_SANDBOX_CAPTURE_DELAY_MS,
    lateCaptureDelayMs: read.PAYMENT_SANDBOX_LATE_CAPTURE_DELAY_MS,
    slowAnswerMs: read.PAYMENT_SANDBOX_SLOW_ANSWER_MS,
    hangMs: read.PAYMENT_SANDBOX_HANG_MS,
    challengeTtlMs: read.PAYMENT_SANDBOX_CHALLENGE_TTL_MS,
    webhookTimeoutMs: read.PAYMENT_SANDBOX_WEBHOOK_TIMEOUT_MS,
    webhookAttemptsMax: read.PAYMENT_SANDBOX_WEBHOOK_ATTEMPTS_MAX,
    webhookRetryDelayMs: read.PAYMENT_SANDBOX_WEBHOOK_RETRY_DELAY_MS,
    webhookRetryDelayMaxMs: read.PAYMENT_SANDBOX_WEBHOOK_RETRY_DELAY_MAX_MS,
    paymentsMax: read.PAYMENT_SANDBOX_PAYMENTS_MAX,
    logLevel: read.LOG_LEVEL,
  });
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
