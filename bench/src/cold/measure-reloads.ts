import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plaza } from '../gateways/gateway-starts.ts';
import {
  type GatewayUnderTest,
  postOperation,
  requestHeaders,
  startGateway,
} from '../gateways/gateway-under-test.ts';
import { load } from '../measure.ts';
import type { Surroundings } from '../prepare-run.ts';
import { findWorkload } from '../workloads.ts';

/** What the gateway held after some reloads, its garbage collected. */
interface HeapSample {
  readonly reloads: number;
  readonly heapUsedBytes: number;
  readonly codeBytes: number;
  readonly rssBytes: number;
}

export interface ReloadResult {
  readonly samples: readonly HeapSample[];
  /** Requests that were answered, rightly, while the supergraph was replaced again and again. */
  readonly requests: number;
}

const pollIntervalMs = 20;
const swapTimeoutMs = 30_000;
const connections = 8;
const batchRequests = 100;
/** Before the first reload, so that what warms up is not counted as what reloads leave behind. */
const warmUpRequests = 500;
const firstSample = 5;
const sampleCount = 4;
const generationQuery = JSON.stringify({ query: '{ __type(name: "User") { description } }' });

/**
 * Replaces the supergraph file of our gateway `reloads` times while it is under load, each time
 * when the gateway serves the last one, and reads its heap in between. The load stands still for
 * that moment: what requests under way hold is no leak.
 */
export async function measureReloads(
  reloads: number,
  { files, loader }: Surroundings,
  say: (line: string) => void,
): Promise<ReloadResult> {
  const folder = path.dirname(files.supergraphFile);
  const supergraphFile = path.join(folder, 'changing.graphql');
  const config = path.join(folder, 'plaza-watching.yaml');
  const sdl = await readFile(files.supergraphFile, 'utf8');
  await writeFile(config, JSON.stringify({ logging: { level: 'silent' }, pollIntervalMs }));
  await replaceSupergraph(supergraphFile, sdl, 0);
  const plazaConfig = { off: config, on: config };
  await using gateway = await startGateway(
    plaza.toStart({ ...files, supergraphFile, plazaConfig }, 'off'),
  );
  const body = JSON.stringify({ query: findWorkload('page').query });
  const answer = await postOperation(gateway.url, body);
  const order = { url: gateway.url, body, headers: requestHeaders, answer, connections };
  await load({ ...order, amount: warmUpRequests }, { loader });
  const samples: HeapSample[] = [];
  let requests = 0;
  let done = 0;
  for (const until of sampledReloads(reloads)) {
    const isReached = () => done >= until;
    const reloading = (async () => {
      while (!isReached()) {
        await replaceSupergraph(supergraphFile, sdl, done + 1);
        await waitForGeneration(gateway, done + 1);
        done += 1;
      }
    })();
    const loading = (async () => {
      while (!isReached()) {
        requests += (await load({ ...order, amount: batchRequests }, { loader })).requests;
      }
    })();
    await Promise.all([reloading, loading]);
    const { heapUsedBytes, codeBytes, rssBytes } = await gateway.heap();
    samples.push({ reloads: until, heapUsedBytes, codeBytes, rssBytes });
    say(`${until} reloads, ${requests} requests: heap ${(heapUsedBytes / 2 ** 20).toFixed(1)} MiB`);
  }
  return { samples, requests };
}

/** After the first five, then in equal steps to the last. */
function sampledReloads(reloads: number): readonly number[] {
  const steps = Array.from({ length: sampleCount }, (_, index) =>
    Math.round((reloads * (index + 1)) / sampleCount),
  );
  return [...new Set([Math.min(firstSample, reloads), ...steps])].sort((a, b) => a - b);
}

/** Another description makes another supergraph with the same answers. Readers see no half file. */
export async function replaceSupergraph(
  file: string,
  sdl: string,
  generation: number,
): Promise<void> {
  const next = `${file}.next`;
  await writeFile(next, sdl.replace(/^type User$/m, `"generation ${generation}"\n$&`));
  await rename(next, file);
}

export async function waitForGeneration(
  gateway: GatewayUnderTest,
  generation: number,
): Promise<void> {
  const deadline = Date.now() + swapTimeoutMs;
  const expected = `"generation ${generation}"`;
  while (!(await postOperation(gateway.url, generationQuery)).includes(expected)) {
    if (Date.now() > deadline) {
      throw new Error(`Supergraph ${generation} is not served after ${swapTimeoutMs} ms`);
    }
    await sleep(pollIntervalMs);
  }
}
