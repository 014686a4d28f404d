import type { Viewer } from '../identity/viewer.ts';

/** Whether each policy is met; undefined where it could not be decided. */
export type PolicyDecisions = ReadonlyMap<string, boolean | undefined>;

/** Decides policies (`@policy`) for viewers. */
export interface PolicyDecider {
  /** Never rejects: what cannot be decided in time is undefined. */
  decide(policies: readonly string[], viewer: Viewer): Promise<PolicyDecisions>;
}

/** What policies know of who asks. */
export interface PolicySubject {
  readonly id: string;
  readonly kind: Viewer['kind'];
  readonly scopes: readonly string[];
  readonly claims: Viewer['claims'];
  readonly apiKeyId: string | undefined;
  readonly contract: string | undefined;
}

export function toSubject({ id, kind, scopes, claims, apiKeyId, contract }: Viewer): PolicySubject {
  return { id, kind, scopes: [...scopes], claims, apiKeyId, contract };
}
