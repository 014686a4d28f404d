import { createUuidV7 } from '../uuid.ts';

type Json = string | number | boolean | null | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/** Who or what makes a change. */
export interface AuditActor {
  /** Null for somebody without an account, and for what the system does by itself. */
  readonly userId: string | null;
  /** The request, message or job that it comes from. */
  readonly requestId: string;
}

export interface AuditedChange<Action extends string = string, EntityType extends string = string> {
  readonly actor: AuditActor;
  readonly at: Date;
  /** `<entity>.<what happened>`, such as `order.placed`. */
  readonly action: Action;
  readonly entityType: EntityType;
  readonly entityId: string;
  /** What changed, as it was; absent for something new. Never a secret or a hash of one. */
  readonly before?: object | undefined;
  /** What changed, as it is now. */
  readonly after?: object | undefined;
}

/**
 * The row of `audit_entries` that says who did what, alike in every subgraph. Write it in the
 * transaction of the change, so that neither is without the other.
 */
export function toAuditRow({ actor, at, before, after, ...change }: AuditedChange) {
  return {
    ...change,
    id: createUuidV7(),
    actorId: actor.userId,
    requestId: actor.requestId,
    createdAt: at,
    ...(before !== undefined && { before: toAudited(before) }),
    ...(after !== undefined && { after: toAudited(after) }),
  };
}

/** Dates become text, what is undefined is left out. */
function toAudited(values: object): JsonObject {
  return JSON.parse(JSON.stringify(values)) as JsonObject;
}
