import { type AuditedChange, toAuditRow } from '@plaza/kit/audit/audit-row';
import type { SubgraphContext } from '@plaza/kit/subgraph';
import type { PaymentsWork } from '../work.ts';

/** Who asks for a change, as far as the audit needs it. */
export type Actor = Pick<SubgraphContext, 'viewer' | 'requestId'>;

type EntityType =
  | 'Payment'
  | 'Refund'
  | 'PaymentLink'
  | 'Order'
  | 'ClientCreditAccount'
  | 'DeadLetters';

/** Writes who did what into the transaction of the change itself. */
export async function saveAudit(
  { tx }: Pick<PaymentsWork, 'tx'>,
  { viewer, requestId }: Actor,
  change: Omit<AuditedChange<string, EntityType>, 'actor' | 'at'>,
): Promise<void> {
  const actor = { userId: viewer?.userId ?? null, requestId };
  await tx.auditEntry.create({ data: toAuditRow({ ...change, actor, at: new Date() }) });
}
