import type { FastifyBaseLogger } from 'fastify';
import type { Faults } from './faults.ts';
import type { Ledger, StoredEvent } from './ledger.ts';
import { signatureHeader, signWebhook } from './webhook-signature.ts';

/** Deliveries under way at one time. */
const deliveriesAtOnceMax = 16;
/** How long events are held for company before they are delivered last first, in milliseconds. */
const reorderHoldMs = 5_000;
/** Between two events that are delivered last first, so that they also arrive so, in milliseconds. */
const reorderGapMs = 50;
/** Age of a signature that is stale on purpose, in milliseconds. */
const staleByMs = 3_600_000;

export interface WebhookSettings {
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  readonly webhookTimeoutMs: number;
  readonly webhookAttemptsMax: number;
  readonly webhookRetryDelayMs: number;
  readonly webhookRetryDelayMaxMs: number;
}

export interface WebhookSenderOptions {
  readonly settings: WebhookSettings;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly log: FastifyBaseLogger;
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export type SignatureMode = 'valid' | 'wrong' | 'stale';

interface Delivery {
  readonly eventId: string;
  readonly attempt: number;
  /** A copy is offered once and decides nothing about the event. */
  readonly isCopy: boolean;
  readonly signature?: SignatureMode;
}

/** Posts events to the merchant, at least once and in no promised order, as providers do. */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #ready: Delivery[] = [];
  readonly #held: StoredEvent[] = [];
  readonly #closing = new AbortController();
  #underWay = 0;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Offers what an earlier process did not deliver. */
  resume(): void {
    for (const event of this.#options.ledger.events()) {
      if (event.state === 'pending') this.#offer({ eventId: event.id, attempt: 1, isCopy: false });
    }
  }

  /** Delivers an event, with the faults that are switched on. */
  send(event: StoredEvent): void {
    const { faults, ledger } = this.#options;
    if (faults.takeWebhookFault('drop_next')) {
      ledger.commit({ events: [{ ...event, state: 'dropped' }] });
      return;
    }
    if (faults.webhooks.reorder_group <= 1) {
      this.#schedule(event);
      return;
    }
    this.#held.push(event);
    if (this.#held.length >= faults.webhooks.reorder_group) this.#releaseHeld();
    else if (this.#held.length === 1) this.#after(reorderHoldMs, () => this.#releaseHeld());
  }

  /** Delivers one more copy of an event now. */
  redeliver(eventId: string, signature: SignatureMode): void {
    this.#offer({ eventId, attempt: 1, isCopy: true, signature });
  }

  /** Forgets what waits; deliveries under way end by themselves. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#ready.length = 0;
    this.#held.length = 0;
  }

  close(): void {
    this.clear();
    this.#closing.abort();
  }

  #releaseHeld(): void {
    for (const [index, event] of this.#held.splice(0).reverse().entries()) {
      this.#schedule(event, index * reorderGapMs);
    }
  }

  #schedule(event: StoredEvent, afterMs = 0): void {
    const { faults, random } = this.#options;
    const { delay_ms, jitter_ms, duplicates } = faults.webhooks;
    for (let copy = 0; copy <= duplicates; copy += 1) {
      const delivery = { eventId: event.id, attempt: 1, isCopy: copy > 0 };
      const delayMs = afterMs + delay_ms + Math.floor(random() * jitter_ms);
      if (delayMs === 0) this.#offer(delivery);
      else this.#after(delayMs, () => this.#offer(delivery));
    }
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }

  #offer(delivery: Delivery): void {
    this.#ready.push(delivery);
    this.#pump();
  }

  #pump(): void {
    while (this.#underWay < deliveriesAtOnceMax && !this.#closing.signal.aborted) {
      const delivery = this.#ready.shift();
      if (delivery === undefined) return;
      this.#underWay += 1;
      void this.#deliver(delivery).finally(() => {
        this.#underWay -= 1;
        this.#pump();
      });
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { ledger, log, settings } = this.#options;
    const event = ledger.event(delivery.eventId);
    if (event === undefined) return; // forgotten by a reset meanwhile
    const result = await this.#post(event, delivery);
    if (this.#closing.signal.aborted) return; // the next process resumes what is pending
    const isLast = delivery.attempt >= settings.webhookAttemptsMax;
    log.info({ event: event.id, type: event.type, attempt: delivery.attempt, result }, 'webhook');
    if (delivery.isCopy || ledger.event(event.id) === undefined) return;
    if (result === 'accepted') ledger.commit({ events: [{ ...event, state: 'delivered' }] });
    else if (isLast) ledger.commit({ events: [{ ...event, state: 'failed' }] });
    else this.#retry(delivery);
  }

  #retry(delivery: Delivery): void {
    const { settings } = this.#options;
    const doubled = settings.webhookRetryDelayMs * 2 ** (delivery.attempt - 1);
    const delayMs = Math.min(doubled, settings.webhookRetryDelayMaxMs);
    const next = { eventId: delivery.eventId, attempt: delivery.attempt + 1, isCopy: false };
    this.#after(delayMs, () => this.#offer(next));
  }

  async #post(event: StoredEvent, delivery: Delivery): Promise<string> {
    const { settings } = this.#options;
    const timeout = AbortSignal.timeout(settings.webhookTimeoutMs);
    try {
      const response = await fetch(settings.webhookUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [signatureHeader]: this.#sign(event.body, delivery.signature ?? this.#signatureMode()),
        },
        body: event.body,
        redirect: 'manual',
        signal: AbortSignal.any([timeout, this.#closing.signal]),
      });
      await response.body?.cancel();
      return response.ok ? 'accepted' : `status ${response.status}`;
    } catch {
      return timeout.aborted ? 'timeout' : 'unreachable';
    }
  }

  #signatureMode(): SignatureMode {
    const { faults } = this.#options;
    if (faults.takeWebhookFault('wrong_signature_next')) return 'wrong';
    return faults.takeWebhookFault('stale_timestamp_next') ? 'stale' : 'valid';
  }

  #sign(rawBody: string, mode: SignatureMode): string {
    const { now, settings } = this.#options;
    const secret = mode === 'wrong' ? `not ${settings.webhookSecret}` : settings.webhookSecret;
    return signWebhook(rawBody, secret, mode === 'stale' ? now() - staleByMs : now());
  }
}
