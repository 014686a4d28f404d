import type { Journal } from './journal.ts';
import type { SandboxPayment } from './payment.ts';

/** How long an idempotency key is remembered, in milliseconds: one day. */
const answerTtlMs = 86_400_000;
/** Events that are remembered; then the oldest is forgotten, delivered or not. */
const eventsMax = 50_000;
/** Idempotency keys that are remembered for each payment that may exist; then the oldest goes. */
const answersPerPaymentMax = 2;

/** The answer that a call got, for whoever repeats it with the same idempotency key. */
export interface StoredAnswer {
  readonly key: string;
  /** Digest of what was asked for. */
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly storedAtMs: number;
}

/** An event for the merchant: the very bytes of its body, and how far its delivery got. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly paymentId: string;
  readonly createdAtMs: number;
  readonly body: string;
  readonly state: 'pending' | 'delivered' | 'dropped' | 'failed';
}

/** What changes together: in memory at once, and as one line of the journal. */
export interface LedgerChange {
  readonly payment?: SandboxPayment;
  readonly events?: readonly StoredEvent[];
  readonly answer?: StoredAnswer;
}

/** All that the sandbox knows. */
export class Ledger {
  readonly #payments = new Map<string, SandboxPayment>();
  readonly #idsByReference = new Map<string, string[]>();
  readonly #idByChallenge = new Map<string, string>();
  readonly #answers = new Map<string, StoredAnswer>();
  readonly #events = new Map<string, StoredEvent>();
  readonly #journal: Journal | undefined;
  readonly #paymentsMax: number;

  constructor({ journal, paymentsMax }: { journal: Journal | undefined; paymentsMax: number }) {
    this.#journal = journal;
    this.#paymentsMax = paymentsMax;
    for (const change of journal?.read() ?? []) this.#apply(change);
  }

  /** Writes the journal anew, without what is history and without a line that was cut off. */
  tidyJournal(): void {
    this.#journal?.rewrite(this.#snapshot());
  }

  get isFull(): boolean {
    return this.#payments.size >= this.#paymentsMax;
  }

  /** Makes the change lasting, then visible. Throws when the journal cannot be written. */
  commit(change: LedgerChange): void {
    this.#journal?.append(change);
    this.#apply(change);
    if (this.#journal?.hasGrown) this.tidyJournal();
  }

  payment(id: string): SandboxPayment | undefined {
    return this.#payments.get(id);
  }

  paymentByChallenge(challengeId: string): SandboxPayment | undefined {
    const id = this.#idByChallenge.get(challengeId);
    return id === undefined ? undefined : this.#payments.get(id);
  }

  /** Oldest first. */
  paymentsByReference(reference: string): readonly SandboxPayment[] {
    return (this.#idsByReference.get(reference) ?? []).flatMap((id) => this.payment(id) ?? []);
  }

  /** All payments, oldest first. */
  payments(): Iterable<SandboxPayment> {
    return this.#payments.values();
  }

  event(id: string): StoredEvent | undefined {
    return this.#events.get(id);
  }

  /** The remembered events, oldest first. */
  events(): Iterable<StoredEvent> {
    return this.#events.values();
  }

  /** The answer that the key got less than a day ago. */
  answer(key: string, nowMs: number): StoredAnswer | undefined {
    const stored = this.#answers.get(key);
    return stored && stored.storedAtMs + answerTtlMs > nowMs ? stored : undefined;
  }

  /** Forgets everything, in the journal too. */
  clear(): void {
    this.#payments.clear();
    this.#idsByReference.clear();
    this.#idByChallenge.clear();
    this.#answers.clear();
    this.#events.clear();
    this.#journal?.rewrite([]);
  }

  close(): void {
    this.#journal?.close();
  }

  #apply({ payment, events = [], answer }: LedgerChange): void {
    if (payment !== undefined) this.#applyPayment(payment);
    for (const event of events) this.#events.set(event.id, event);
    if (answer !== undefined) {
      this.#answers.delete(answer.key);
      this.#answers.set(answer.key, answer);
    }
    forgetOldest(this.#events, eventsMax);
    forgetOldest(this.#answers, this.#paymentsMax * answersPerPaymentMax);
  }

  #applyPayment(payment: SandboxPayment): void {
    if (!this.#payments.has(payment.id)) {
      const ids = this.#idsByReference.get(payment.reference) ?? [];
      this.#idsByReference.set(payment.reference, [...ids, payment.id]);
      if (payment.challengeId !== null) this.#idByChallenge.set(payment.challengeId, payment.id);
    }
    this.#payments.set(payment.id, payment);
  }

  *#snapshot(): Iterable<LedgerChange> {
    for (const payment of this.#payments.values()) yield { payment };
    for (const answer of this.#answers.values()) yield { answer };
    for (const event of this.#events.values()) yield { events: [event] };
  }
}

function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}
