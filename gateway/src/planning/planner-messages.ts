import type { ContractFilter } from '../contracts/contract-filter.ts';
import type { ErrorMessage } from '../error-message.ts';
import type { SupergraphFacts } from '../supergraph/supergraph-facts.ts';

/** What a planner thread is started with. */
export interface PlannerThreadData {
  readonly sdl: string;
  /** Whether a thread has accepted this SDL before: then it need not be validated again. */
  readonly isAccepted: boolean;
  /** Which contracts to make of it, if it has not been accepted before. */
  readonly contracts: readonly ContractFilter[];
}

/** An operation to plan; a thread has one at a time. */
export interface PlanRequest {
  readonly document: string;
  readonly operationName: string | undefined;
  readonly activeLabels: readonly string[];
}

export type PlannerReply =
  /** The SDL is that of a supergraph; not said of one that was accepted before. */
  | { readonly kind: 'accepted'; readonly facts: SupergraphFacts }
  | { readonly kind: 'ready' }
  /** No planner can be made of the SDL. */
  | { readonly kind: 'unusable'; readonly error: ErrorMessage }
  /** A query plan as JSON. */
  | { readonly kind: 'planned'; readonly plan: string }
  | { readonly kind: 'refused'; readonly error: ErrorMessage };
