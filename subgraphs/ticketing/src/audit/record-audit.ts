import { createUuidV7 } from '@plaza/kit/uuid';
import { Prisma } from '../generated/prisma/client.ts';
import type { Actor } from '../transactions.ts';

export interface AuditedChange {
  readonly actor: Actor;
  readonly at: Date;
  /** `<entity>.<what happened>`, such as `order.placed`. */
  readonly action: string;
  readonly entityType:
    | 'SeatHold'
    | 'Order'
    | 'Ticket'
    | 'Event'
    | 'Schedule'
    | 'PriceList'
    | 'PromoCode';
  readonly entityId: string;
  /** What it was like; absent for something new. */
  readonly before?: Prisma.InputJsonObject;
  readonly after?: Prisma.InputJsonObject;
}

/** Writes down who did what, in the transaction that does it. */
export async function recordAudit(
  tx: Pick<Prisma.TransactionClient, 'auditEntry'>,
  ...changes: readonly AuditedChange[]
): Promise<void> {
  if (changes.length === 0) return;
  await tx.auditEntry.createMany({
    data: changes.map(({ actor, before, after, ...change }) => ({
      ...change,
      id: createUuidV7(),
      actorId: actor.userId,
      requestId: actor.requestId,
      before: before ?? Prisma.DbNull,
      after: after ?? Prisma.DbNull,
    })),
  });
}
