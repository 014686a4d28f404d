import { createUuidV7 } from '@plaza/kit/uuid';
import { Prisma } from '../generated/prisma/client.ts';
import type { RequestOrigin } from '../request-origin.ts';

/** Everything that identity writes into the audit. */
export type AuditAction =
  | 'user.registered'
  | 'user.profile_updated'
  | 'user.password_changed'
  | 'user.suspended'
  | 'user.reinstated'
  | 'role.granted'
  | 'role.revoked'
  | 'session.opened'
  | 'session.ended'
  | 'session.reuse_detected'
  | 'api_client.created'
  | 'api_client.key_rotated'
  | 'api_client.revoked'
  | 'signing_key.rotated';

export interface AuditRecord {
  readonly action: AuditAction;
  readonly entityType: 'User' | 'Session' | 'ApiClient' | 'SigningKey';
  readonly entityId: string;
  /** What changed, as it was; never a secret or a hash of one. */
  readonly before?: Prisma.InputJsonObject;
  /** What changed, as it is now. */
  readonly after?: Prisma.InputJsonObject;
  /** Who proved to be it in this very operation, where the request had no token. */
  readonly actorId?: string;
}

/** Writes who did what; call it in the transaction of the change, so that neither is without the other. */
export async function recordAudit(
  transaction: Prisma.TransactionClient,
  origin: RequestOrigin,
  record: AuditRecord,
  now: Date,
): Promise<void> {
  await transaction.auditEntry.create({
    data: {
      id: createUuidV7(),
      actorId: record.actorId ?? origin.actorId ?? null,
      action: record.action,
      entityType: record.entityType,
      entityId: record.entityId,
      before: record.before ?? Prisma.DbNull,
      after: record.after ?? Prisma.DbNull,
      requestId: origin.requestId,
      clientAddress: origin.clientAddress ?? null,
      createdAt: now,
    },
  });
}
