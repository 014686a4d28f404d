import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';

/** How query plans are made. */
export const planningSchema = z.strictObject({
  workersMax: z
    .int()
    .min(0)
    .max(64)
    .default(1)
    .describe('Threads that plan at the same time. 0: plan in the thread that serves, for tests.'),
  timeoutMs: milliseconds({ min: 1, max: 600_000 })
    .default(5_000)
    .describe('Time to plan one operation in a thread, in milliseconds; then it is refused.'),
  queueMax: count(1_000_000).default(1_000).describe('Operations that may wait for a thread.'),
  warmOperationsMax: z
    .int()
    .min(0)
    .max(100_000)
    .default(200)
    .describe('Operations in use that are made ready on a changed supergraph before it serves.'),
  warmTimeoutMs: milliseconds({ min: 0, max: 600_000 })
    .default(10_000)
    .describe('Longest time that a changed supergraph waits for that, in milliseconds.'),
});

/** Where fields with a progressive `@override` come from. */
export const overridesSchema = z.strictObject({
  activeLabels: z
    .array(z.string().min(1))
    .max(1_000)
    .default([])
    .describe('Labels of @override(from:, label:) that are active, besides percent(x).'),
});
