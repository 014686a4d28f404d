import type { PrismaClient } from '../../src/generated/prisma/client.ts';

/**
 * The arrows of the state machines as the brief draws them, closed over several steps: what two looks
 * may find. A state without arrows is final.
 */
const drawn: Readonly<Record<string, readonly string[]>> = {
  'payments PENDING': ['CAPTURED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED'],
  'payments CAPTURED': ['REFUNDED'],
  'refunds REQUESTED': ['PENDING', 'SUCCEEDED', 'FAILED'],
  'refunds PENDING': ['SUCCEEDED', 'FAILED'],
  'payment_links PENDING': ['PAID', 'EXPIRED', 'CANCELLED'],
  'payable_orders PAYABLE': ['PAID', 'CANCELLED'],
  'payable_orders PAID': ['CANCELLED'],
};

/** Looks at every state again and again, and finds what moved as nobody has drawn it. */
export class StateLooks {
  /** How often a machine was found in each state for the first time. */
  readonly counts = new Map<string, number>();
  readonly #prisma: PrismaClient;
  readonly #seen = new Map<string, string>();

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Moves since the last look that are not drawn. */
  async findJumps(): Promise<string[]> {
    const rows = await this.#prisma.$queryRaw<{ place: string; id: string; status: string }[]>`
      SELECT 'payments' AS place, id, status::text FROM payments
      UNION ALL SELECT 'refunds', id, status::text FROM refunds
      UNION ALL SELECT 'payment_links', id, status::text FROM payment_links
      UNION ALL SELECT 'payable_orders', order_id, status::text FROM payable_orders`;
    return rows.flatMap(({ place, id, status }) => {
      const key = `${place} ${id}`;
      const before = this.#seen.get(key);
      if (before === status) return [];
      this.#seen.set(key, status);
      const state = `${place} ${status}`;
      this.counts.set(state, (this.counts.get(state) ?? 0) + 1);
      const isDrawn = before === undefined || drawn[`${place} ${before}`]?.includes(status);
      return isDrawn ? [] : [`${key} went from ${before} to ${status}`];
    });
  }
}
