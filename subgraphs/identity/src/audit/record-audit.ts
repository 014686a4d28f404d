import { type AuditedChange, toAuditRow } from '@plaza/kit/audit/audit-row';
import type { Prisma } from '../generated/prisma/client.ts';
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

type EntityType = 'User' | 'Session' | 'ApiClient' | 'SigningKey';

export interface AuditRecord extends Omit<AuditedChange<AuditAction, EntityType>, 'actor' | 'at'> {
  /** Who proved to be it in this very operation, where the request had no token. */
  readonly actorId?: string;
}

/** Writes who did what; call it in the transaction of the change, so that neither is without the other. */
export async function recordAudit(
  transaction: Prisma.TransactionClient,
  { actorId: requestedBy, requestId, clientAddress }: RequestOrigin,
  { actorId = requestedBy, ...change }: AuditRecord,
  at: Date,
): Promise<void> {
  const actor = { userId: actorId ?? null, requestId };
  await transaction.auditEntry.create({
    data: { ...toAuditRow({ ...change, actor, at }), clientAddress: clientAddress ?? null },
  });
}
