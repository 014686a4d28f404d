import { z } from 'zod';

const durationMsMax = 3_600_000;
const countMax = 1_000_000;
const durationMs = z.int().min(0).max(durationMsMax);
const count = z.int().min(0).max(countMax);

/** How calls under /v1 fail while an outage lasts. */
const outageMode = z.enum([
  /** Answered 503; nothing is done. */
  'unavailable',
  /** The connection is reset; nothing is done. */
  'reset',
  /** No answer comes; nothing is done. */
  'hang',
  /** The call is done, then the connection is reset instead of the answer. */
  'lose_answer',
]);

export type OutageMode = z.output<typeof outageMode>;

/** What POST /sandbox/faults takes. A field that is left out stays as it is. */
export const faultsInput = z.strictObject({
  /** Added before each call under /v1, in milliseconds. */
  latency_ms: durationMs.optional(),
  /** Instead of the configured capture delay, in milliseconds; null ends it. */
  capture_delay_ms: durationMs.nullable().optional(),
  /** For so long or for so many calls, whichever ends first; null ends it. */
  outage: z
    .strictObject({
      mode: outageMode,
      for_ms: durationMs.optional(),
      calls: count.min(1).optional(),
    })
    .refine((outage) => outage.for_ms !== undefined || outage.calls !== undefined, {
      error: 'needs for_ms or calls',
    })
    .nullable()
    .optional(),
  webhooks: z
    .strictObject({
      /** Added before each event's first delivery, in milliseconds. */
      delay_ms: durationMs.optional(),
      /** Up to so much more, by chance for each delivery, in milliseconds. */
      jitter_ms: durationMs.optional(),
      /** Deliver each event so many times more. */
      duplicates: count.max(100).optional(),
      /** Hold so many events back, then deliver them last first; 0 ends it. */
      reorder_group: count.max(1_000).optional(),
      /** Never deliver the next so many events. */
      drop_next: count.optional(),
      /** Sign the next so many deliveries with another secret. */
      wrong_signature_next: count.optional(),
      /** Sign the next so many deliveries with a time one hour ago. */
      stale_timestamp_next: count.optional(),
    })
    .optional(),
});

export type FaultsInput = z.output<typeof faultsInput>;

interface Outage {
  readonly mode: OutageMode;
  readonly untilMs: number;
  callsLeft: number;
}

const noWebhookFaults = {
  delay_ms: 0,
  jitter_ms: 0,
  duplicates: 0,
  reorder_group: 0,
  drop_next: 0,
  wrong_signature_next: 0,
  stale_timestamp_next: 0,
};

type WebhookFaults = typeof noWebhookFaults;
type CountedFault = 'drop_next' | 'wrong_signature_next' | 'stale_timestamp_next';

/** The misbehaviour that is switched on. A restart switches all of it off. */
export class Faults {
  latencyMs = 0;
  captureDelayMs: number | null = null;
  #outage: Outage | null = null;
  #webhooks: WebhookFaults = { ...noWebhookFaults };

  get webhooks(): Readonly<WebhookFaults> {
    return this.#webhooks;
  }

  set(input: FaultsInput, nowMs: number): void {
    if (input.latency_ms !== undefined) this.latencyMs = input.latency_ms;
    if (input.capture_delay_ms !== undefined) this.captureDelayMs = input.capture_delay_ms;
    if (input.outage !== undefined) this.#outage = toOutage(input.outage, nowMs);
    const changed = Object.entries(input.webhooks ?? {}).filter(([, value]) => value !== undefined);
    this.#webhooks = { ...this.#webhooks, ...Object.fromEntries(changed) };
  }

  clear(): void {
    this.latencyMs = 0;
    this.captureDelayMs = null;
    this.#outage = null;
    this.#webhooks = { ...noWebhookFaults };
  }

  /** How this call fails, counted against the outage; null while there is none. */
  takeOutage(nowMs: number): OutageMode | null {
    const outage = this.#outage;
    if (outage === null) return null;
    if (nowMs >= outage.untilMs || outage.callsLeft === 0) {
      this.#outage = null;
      return null;
    }
    outage.callsLeft -= 1;
    return outage.mode;
  }

  /** True as often as the fault was asked for, then false. */
  takeWebhookFault(fault: CountedFault): boolean {
    if (this.#webhooks[fault] === 0) return false;
    this.#webhooks[fault] -= 1;
    return true;
  }

  /** What is on, as /sandbox/faults shows it. */
  toBody() {
    const outage = this.#outage;
    return {
      latency_ms: this.latencyMs,
      capture_delay_ms: this.captureDelayMs,
      outage: outage && {
        mode: outage.mode,
        until: Number.isFinite(outage.untilMs) ? new Date(outage.untilMs).toISOString() : null,
        calls_left: Number.isFinite(outage.callsLeft) ? outage.callsLeft : null,
      },
      webhooks: this.#webhooks,
    };
  }
}

function toOutage(input: NonNullable<FaultsInput['outage']> | null, nowMs: number): Outage | null {
  if (input === null) return null;
  return {
    mode: input.mode,
    untilMs: input.for_ms === undefined ? Number.POSITIVE_INFINITY : nowMs + input.for_ms,
    callsLeft: input.calls ?? Number.POSITIVE_INFINITY,
  };
}
