import type { SubgraphContext } from '@plaza/kit/subgraph';
import { createUuidV7 } from '@plaza/kit/uuid';
import { Prisma } from '../generated/prisma/client.ts';
import type { PaymentsWork } from '../work.ts';

/** Who asks for a change, as far as the audit needs it. */
export type Actor = Pick<SubgraphContext, 'viewer' | 'requestId'>;

export interface AuditDraft {
  /** The mutation's name. */
  readonly action: string;
  readonly subjectId?: string;
  readonly before?: object;
  readonly after?: object;
}

/** Writes who did what into the transaction of the change itself. */
export async function saveAudit(
  { tx }: Pick<PaymentsWork, 'tx'>,
  { viewer, requestId }: Actor,
  { action, subjectId, before, after }: AuditDraft,
): Promise<void> {
  await tx.auditEntry.create({
    data: {
      id: createUuidV7(),
      actorId: viewer?.userId ?? null,
      action,
      subjectId: subjectId ?? null,
      before: toJson(before),
      after: toJson(after),
      requestId,
    },
  });
}

/** Dates as text, what is undefined left out. */
function toJson(value: object | undefined) {
  return value === undefined
    ? Prisma.DbNull
    : (JSON.parse(JSON.stringify(value)) as Prisma.InputJsonObject);
}
