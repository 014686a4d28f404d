import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveRun } from './live-run.ts';

const leaveTimeoutMs = 5_000;
const pollIntervalMs = 50;

/** All clients go; resolves when the gateway has told the subgraph, or does not in time. */
export async function leave({ crowd, prices }: LiveRun): Promise<void> {
  await crowd.leave();
  const deadline = Date.now() + leaveTimeoutMs;
  while ((await prices.counts()).subscriptions > 0 && Date.now() < deadline) {
    await sleep(pollIntervalMs);
  }
}
