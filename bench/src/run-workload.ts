import { assertSameAnswers } from './compare-answers.ts';
import type { BenchConfig } from './config.ts';
import {
  type GatewayStart,
  type GatewayUnderTest,
  postOperation,
  startGateway,
} from './gateways/gateway-under-test.ts';
import { type Measurement, measureGateways } from './measure.ts';
import type { Surroundings } from './prepare-run.ts';
import type { Workload } from './workloads.ts';

export interface WorkloadResult {
  readonly measurements: readonly Measurement[];
  /** Where each gateway locates the workload's errors; empty when it has none. */
  readonly errorLocations: readonly string[];
}

/** Starts the gateways, compares their answers and measures them; they end with this function. */
export async function runWorkload(
  workload: Workload,
  starts: readonly GatewayStart[],
  run: Surroundings & { readonly config: BenchConfig; readonly say: (line: string) => void },
): Promise<WorkloadResult> {
  await using cleanUp = new AsyncDisposableStack();
  const gateways: GatewayUnderTest[] = [];
  for (const start of starts) {
    gateways.push(cleanUp.use(await startGateway(start)));
  }
  const body = JSON.stringify({ query: workload.query });
  const answers: { readonly gateway: string; readonly text: string }[] = [];
  for (const { name, url } of gateways) {
    answers.push({ gateway: name, text: await postOperation(url, body, workload.headers) });
  }
  const errorLocations = assertSameAnswers(workload, answers);
  run.say(`All ${gateways.length} gateways give the same answer; measuring.`);
  const { distinctHeader, headers } = workload;
  const question = { body, distinctHeader, headers };
  return { measurements: await measureGateways(gateways, question, run), errorLocations };
}
