import type { Registry } from 'prom-client';
import type { InvalidationLog } from '../cache/invalidation-log.ts';
import type { Gateway } from '../gateway.ts';
import type { CallbackTaker } from '../http/callback-route.ts';
import type { OpenCallbacks } from '../subscriptions/subgraph-callbacks/open-callbacks.ts';
import type { WorkerAnswers, WorkerLink } from './worker-link.ts';

/** What others of the cluster may ask. */
export interface AskedParts {
  readonly gateway: Gateway;
  readonly metrics: Registry | undefined;
  readonly ownLog: InvalidationLog;
  readonly callbacks: OpenCallbacks | undefined;
}

/** Answers for this worker alone. */
export function answersOf({ gateway, metrics, ownLog, callbacks }: AskedParts): WorkerAnswers {
  return {
    metrics: async () => (await metrics?.getMetricsAsJSON()) ?? [],
    readiness: () => ({ reasons: gateway.reasonsNotReady(), warnings: gateway.warnings() }),
    invalidate: (tags) => ownLog.invalidate(tags),
    hasCallback: (id) => callbacks?.has(id) === true,
    takeCallback: (message) => callbacks?.take(message) === true,
  };
}

/** Takes calls for the subscriptions of all workers: a subgraph's call may reach any of them. */
export function callbackTaker(own: OpenCallbacks, link: WorkerLink | undefined): CallbackTaker {
  if (link === undefined) return own;
  return {
    has: (id) => own.has(id) || link.askOwner(id, { kind: 'hasCallback', id }),
    take: (message) =>
      own.has(message.id)
        ? own.take(message)
        : link.askOwner(message.id, { kind: 'takeCallback', message }),
  };
}
