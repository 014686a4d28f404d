import { createHash } from 'node:crypto';
import { WorkQueue } from '@plaza/kit/work-queue';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { tooManyLogIns } from '../password/too-many-log-ins.ts';
import { delayAfterMs } from './back-off.ts';

/** A day without a failure and the account starts afresh. */
const accountMemoryMs = 24 * 60 * 60_000;
/** An hour without a failure and the client's address starts afresh. */
const addressMemoryMs = 60 * 60_000;
/** Many people share an office's address: so many failures there cost no waiting. */
const addressFailuresFree = 20;
/** Rows that one failure cleans up behind others. */
const purgeRowsMax = 100;
/** Attempts on one account run one after the other: parallel guesses would share one delay. */
const inLine = {
  runningMax: 1,
  waitingMax: 24,
  waitTimeoutMs: 5_000,
  refusal: tooManyLogIns,
};

export interface AttemptSubject {
  /** What the guesses are about, such as an account's address; exists or not. */
  readonly account: string;
  /** Who guesses, where it is known. */
  readonly clientAddress: string | undefined;
}

export type AttemptOutcome<Proof> =
  | { readonly retryAfterS: number }
  | { readonly retryAfterS?: undefined; readonly proof: Proof | undefined };

/**
 * Makes guessing slow: each failure in a row doubles the wait of that account, and of that client's
 * address, up to 15 minutes. Waits are kept in the database, so a restart forgives nothing. An attempt
 * during a wait is not judged and lengthens nothing.
 */
export class AttemptLimiter {
  readonly #prisma: PrismaClient;
  readonly #now: () => number;
  readonly #lines = new Map<string, { readonly queue: WorkQueue; waiting: number }>();

  constructor(prisma: PrismaClient, now: () => number) {
    this.#prisma = prisma;
    this.#now = now;
  }

  /** Judges an attempt; `prove` answers undefined for a wrong one. Throws RATE_LIMITED, and what `prove` throws. */
  attempt<Proof>(
    { account, clientAddress }: AttemptSubject,
    prove: () => Promise<Proof | undefined>,
  ): Promise<AttemptOutcome<Proof>> {
    const accountKey = toKey('account', account);
    const addressKey = clientAddress === undefined ? undefined : toKey('address', clientAddress);
    return this.#inLine(accountKey, async () => {
      const blockedUntil = addressKey && (await this.#blockedUntil(addressKey));
      if (blockedUntil) return this.#refusal(blockedUntil);
      const reservation = await this.#reserve(accountKey);
      if (reservation.blockedUntil !== undefined) return this.#refusal(reservation.blockedUntil);
      const proof = await prove().catch(async (error: unknown) => {
        if (reservation.isCounted) await this.#takeBack(accountKey); // it was not judged
        throw error;
      });
      if (proof !== undefined) {
        await this.#prisma.failedAttempts.deleteMany({ where: { key: accountKey } });
        return { proof };
      }
      if (!reservation.isCounted) await this.#count(accountKey, accountMemoryMs, 0);
      if (addressKey) await this.#count(addressKey, addressMemoryMs, addressFailuresFree);
      await this.#purge();
      return { proof: undefined };
    });
  }

  async #inLine<T>(key: Uint8Array, work: () => Promise<T>): Promise<T> {
    const name = Buffer.from(key).toString('base64');
    const line = this.#lines.get(name) ?? { queue: new WorkQueue(inLine), waiting: 0 };
    this.#lines.set(name, line);
    line.waiting += 1;
    try {
      return await line.queue.run(work);
    } finally {
      line.waiting -= 1;
      if (line.waiting === 0) this.#lines.delete(name);
    }
  }

  #refusal(blockedUntil: Date): { readonly retryAfterS: number } {
    const waitMs = blockedUntil.getTime() - this.#now();
    return { retryAfterS: Math.max(1, Math.ceil(waitMs / 1_000)) };
  }

  async #blockedUntil(key: Uint8Array<ArrayBuffer>): Promise<Date | undefined> {
    const row = await this.#prisma.failedAttempts.findUnique({ where: { key } });
    return row !== null && row.blockedUntil.getTime() > this.#now() ? row.blockedUntil : undefined;
  }

  /**
   * After a first failure every attempt is counted as failed before it is judged, so that replicas
   * cannot judge two within one wait.
   */
  async #reserve(
    key: Uint8Array<ArrayBuffer>,
  ): Promise<{ readonly blockedUntil?: Date; readonly isCounted: boolean }> {
    const now = new Date(this.#now());
    const row = await this.#prisma.failedAttempts.findUnique({ where: { key } });
    if (row === null || now.getTime() - row.lastFailureAt.getTime() > accountMemoryMs) {
      return { isCounted: false };
    }
    if (row.blockedUntil > now) return { blockedUntil: row.blockedUntil, isCounted: false };
    const failures = row.failures + 1;
    const blockedUntil = new Date(now.getTime() + delayAfterMs(failures));
    const { count } = await this.#prisma.failedAttempts.updateMany({
      where: { key, failures: row.failures },
      data: { failures, lastFailureAt: now, blockedUntil },
    });
    return count === 1 ? { isCounted: true } : { blockedUntil, isCounted: false };
  }

  async #takeBack(key: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#prisma.failedAttempts.updateMany({
      where: { key },
      data: { failures: { decrement: 1 }, blockedUntil: new Date(this.#now()) },
    });
  }

  async #count(key: Uint8Array<ArrayBuffer>, memoryMs: number, free: number): Promise<void> {
    const now = this.#now();
    await this.#prisma.$transaction(async (transaction) => {
      const fresh = { failures: 0, lastFailureAt: new Date(now), blockedUntil: new Date(now) };
      await transaction.failedAttempts.createMany({
        data: [{ key, ...fresh }],
        skipDuplicates: true,
      });
      await transaction.$queryRaw`SELECT 1 FROM failed_attempts WHERE key = ${key} FOR UPDATE`;
      const row = await transaction.failedAttempts.findUniqueOrThrow({ where: { key } });
      const isForgotten = now - row.lastFailureAt.getTime() > memoryMs;
      const failures = (isForgotten ? 0 : row.failures) + 1;
      const blockedUntil = new Date(now + delayAfterMs(failures - free));
      const data = { failures, lastFailureAt: new Date(now), blockedUntil };
      await transaction.failedAttempts.update({ where: { key }, data });
    });
  }

  async #purge(): Promise<void> {
    const before = new Date(this.#now() - accountMemoryMs);
    await this.#prisma.failedAttempts.deleteMany({
      where: { lastFailureAt: { lt: before } },
      limit: purgeRowsMax,
    });
  }
}

/** A hash, so that the table holds no address of a person. */
function toKey(kind: 'account' | 'address', value: string): Uint8Array<ArrayBuffer> {
  return createHash('sha256').update(`${kind} ${value}`).digest();
}
