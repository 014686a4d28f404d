import type { ErrorMessage } from './error-message.ts';

/** What a planner thread is started with. */
export interface PlannerThreadData {
  /** Supergraph SDL that has passed validation. */
  readonly sdl: string;
}

/** An operation to plan; a thread has one at a time. */
export interface PlanRequest {
  readonly document: string;
  readonly operationName: string | undefined;
}

export type PlannerReply =
  | { readonly kind: 'ready' }
  /** A query plan as JSON. */
  | { readonly kind: 'planned'; readonly plan: string }
  | { readonly kind: 'refused'; readonly error: ErrorMessage };
