import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BenchProcess, startProcess } from './child-process.ts';
import { type Collapsing, type RunFiles, toConfigTexts } from './gateways/gateway-starts.ts';
import { toFederationOneSdl } from './subgraphs/federation-one.ts';
import { composeFixtureGraph, fixtureSubgraphs } from './subgraphs/fixture-graph.ts';
import type { SubgraphProcessMessage } from './subgraphs/subgraph-process.ts';

/** What stands around the gateways of a run: the subgraphs, the load and the files to read. */
export interface Surroundings {
  readonly subgraphs: BenchProcess;
  readonly loader: BenchProcess;
  readonly files: RunFiles;
}

type Listening = Extract<SubgraphProcessMessage, { kind: 'listening' }>;

const bootTimeoutMs = 10_000;

/** Starts the subgraphs and the loader; they, and the files, end with `cleanUp`. */
export async function prepareRun(cleanUp: AsyncDisposableStack): Promise<Surroundings> {
  const folder = await mkdtemp(path.join(tmpdir(), 'plaza-bench-'));
  cleanUp.defer(() => rm(folder, { recursive: true }));
  const subgraphs = cleanUp.use(
    startProcess(new URL('./subgraphs/subgraph-process.js', import.meta.url), []),
  );
  const loader = cleanUp.use(startProcess(new URL('./load-process.js', import.meta.url), []));
  const { origin } = await subgraphs.ask<Listening>({
    kind: 'listening',
    timeoutMs: bootTimeoutMs,
  });
  return { subgraphs, loader, files: await writeFiles(folder, origin) };
}

async function writeFiles(folder: string, origin: string): Promise<RunFiles> {
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return file;
  };
  const writeConfigs = async (collapsing: Collapsing) => {
    const texts = toConfigTexts(collapsing);
    return {
      plaza: await write(`plaza-${collapsing}.yaml`, texts.plaza),
      hive: await write(`hive-${collapsing}.mjs`, texts.hive),
      hiveRust: await write(`hive-rust-${collapsing}.mjs`, texts.hiveRust),
    };
  };
  const off = await writeConfigs('off');
  const on = await writeConfigs('on');
  return {
    origin,
    supergraphFile: await write('supergraph.graphql', composeFixtureGraph(origin)),
    federationOneFile: await write(
      'federation-one.json',
      JSON.stringify(toFederationOneSdl(fixtureSubgraphs)),
    ),
    plazaConfig: { off: off.plaza, on: on.plaza },
    hiveConfig: { off: off.hive, on: on.hive },
    hiveRustConfig: { off: off.hiveRust, on: on.hiveRust },
  };
}
