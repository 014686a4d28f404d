import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findParticipants, type RunFiles } from '../gateways/gateway-starts.ts';
import type { GatewayStart } from '../gateways/gateway-under-test.ts';
import { toFederationOneSdl } from '../subgraphs/federation-one.ts';
import { fixtureSubgraphs } from '../subgraphs/fixture-graph.ts';
import { composePriceGraph, prices } from './price-graph.ts';

/** A gateway that takes part, and what the report says of its settings. */
export interface LiveStart {
  readonly id: string;
  readonly settings: string;
  readonly start: GatewayStart;
}

/** The gateways that serve subscriptions over WebSocket. */
export const liveGateways = ['plaza', 'hive', 'mercurius'];

const plazaConfig = { logging: { level: 'silent' }, pollIntervalMs: 20 };
const hiveConfig = {
  logging: false,
  jit: true,
  transportEntries: { '*.http': { options: { subscriptions: { kind: 'ws' } } } },
};
const settingsOf: Readonly<Record<string, string>> = {
  plaza: 'as shipped, its log silent, the supergraph file looked at every 20 ms',
  mercurius: 'jit 1, its own composition of the same subgraphs from Federation 1 SDL',
  hive: 'its command line, one process, jit on, logging off, subscriptions to subgraphs by WebSocket',
};

/** Writes the supergraph with the prices, and how each gateway is started on it. */
export async function writeLiveStarts(
  files: RunFiles,
  pricesUrl: string,
  ids: readonly string[],
): Promise<{ readonly supergraphFile: string; readonly starts: readonly LiveStart[] }> {
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(path.dirname(files.supergraphFile), name);
    await writeFile(file, text);
    return file;
  };
  const supergraphFile = await write('prices.graphql', composePriceGraph(files.origin, pricesUrl));
  const plaza = await write('plaza-live.yaml', JSON.stringify(plazaConfig));
  const hive = await write(
    'hive-live.mjs',
    `export const gatewayConfig = ${JSON.stringify(hiveConfig)};\n`,
  );
  const subgraphs = [...fixtureSubgraphs, prices];
  const liveFiles: RunFiles = {
    ...files,
    federationOneFile: await write(
      'prices-federation-one.json',
      JSON.stringify(toFederationOneSdl(subgraphs)),
    ),
    supergraphFile,
    plazaConfig: { off: plaza, on: plaza },
    hiveConfig: { off: hive, on: hive },
  };
  const starts = findParticipants(ids).map(({ id, toStart }) => ({
    id,
    settings: settingsOf[id] ?? '',
    start: withPrices(toStart(liveFiles, 'off'), id === 'mercurius' ? [pricesUrl] : []),
  }));
  return { supergraphFile, starts };
}

function withPrices(start: GatewayStart, more: readonly string[]): GatewayStart {
  return { ...start, args: (port) => [...start.args(port), ...more] };
}
