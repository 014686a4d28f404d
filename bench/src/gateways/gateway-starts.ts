import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { configSchema } from '@plaza/gateway/config/config-schema';
import type { GatewayStart } from './gateway-under-test.ts';
import { type PeerFolder, peerUrl } from './install-peers.ts';

/** Whether identical client requests, and identical calls to subgraphs, share one execution. */
export type Collapsing = 'off' | 'on';

/** What a run has prepared for the gateways to read. */
export interface RunFiles {
  readonly supergraphFile: string;
  /** Where the subgraphs answer, each under its name. */
  readonly origin: string;
  /** JSON: the subgraphs' SDL in Federation 1, by name. */
  readonly federationOneFile: string;
  readonly plazaConfig: Readonly<Record<Collapsing, string>>;
  readonly hiveConfig: Readonly<Record<Collapsing, string>>;
  readonly hiveRustConfig: Readonly<Record<Collapsing, string>>;
}

/** A gateway that the benchmark can start. */
export interface Participant {
  readonly id: string;
  readonly name: string;
  /** What the report says of the settings that it runs with. */
  readonly settings: string;
  readonly hasCollapsing: boolean;
  /** Where its packages are; undefined: in the product's own node_modules. */
  readonly peers: PeerFolder | undefined;
  readonly toStart: (files: RunFiles, collapsing: Collapsing) => GatewayStart;
}

const require = createRequire(import.meta.url);

const plazaBase = { logging: { level: 'silent' }, pollIntervalMs: 0 };
const plazaCollapses = (isOn: boolean) => ({
  deduplicateSubgraphCalls: isOn,
  collapseRequests: isOn,
});
/** A gateway that does not know the two options executes every request, whatever is asked of it. */
const plazaHasCollapsing = configSchema.safeParse({
  ...plazaBase,
  ...plazaCollapses(true),
  supergraph: 'supergraph.graphql',
}).success;

/** The text of the configuration files: nothing is logged, nothing is polled, all else as shipped. */
export function toConfigTexts(collapsing: Collapsing) {
  const isOn = collapsing === 'on';
  const plaza = plazaHasCollapsing ? { ...plazaBase, ...plazaCollapses(isOn) } : plazaBase;
  const hive = {
    logging: false,
    inboundInflightRequestDeduplication: isOn,
    transportEntries: { '*.http': { options: { deduplicateInflightRequests: isOn } } },
  };
  const toModule = (config: object) => `export const gatewayConfig = ${JSON.stringify(config)};\n`;
  return {
    plaza: `${JSON.stringify(plaza)}\n`,
    hive: toModule({ ...hive, jit: true }),
    // With its compiler the Rust planner's runtime answers null: it has a runtime of its own.
    hiveRust: toModule(hive),
  };
}

/** The gateway of this repository: the others are compared with it. */
export const plaza: Participant = {
  id: 'plaza',
  name: 'Plaza gateway',
  settings: 'as shipped, its log silent; limits on documents are on',
  hasCollapsing: plazaHasCollapsing,
  peers: undefined,
  toStart: ({ supergraphFile, plazaConfig }, collapsing) => ({
    name: plaza.name,
    module: pathToFileURL(require.resolve('@plaza/gateway/main')),
    args: (port) => [
      ...['--supergraph', supergraphFile],
      ...['--config', plazaConfig[collapsing]],
      ...['--port', String(port)],
    ],
    path: '/graphql',
  }),
};

/** The line that everybody starts from. */
export const apollo: Participant = {
  id: 'apollo',
  name: '@apollo/gateway',
  settings: 'behind @apollo/server (startStandaloneServer); it has no collapsing',
  hasCollapsing: false,
  peers: undefined,
  toStart: ({ supergraphFile }) => ({
    name: apollo.name,
    module: new URL('./apollo-process.js', import.meta.url),
    args: (port) => [supergraphFile, String(port)],
    path: '/',
  }),
};

const hive = createHive({
  id: 'hive',
  name: 'Hive Gateway',
  settings: 'its command line, one process, jit on, logging off',
  configOf: (files) => files.hiveConfig,
  flags: [],
});

const hiveRust = createHive({
  id: 'hive-rust',
  name: 'Hive, Rust planner',
  settings: '--hive-router-runtime, one process, jit off (it answers null with it), logging off',
  configOf: (files) => files.hiveRustConfig,
  flags: ['--hive-router-runtime'],
});

const mercurius: Participant = {
  id: 'mercurius',
  name: 'Mercurius gateway',
  settings:
    'jit 1, 64 sockets a subgraph instead of 10, graphql 16.14 (with 16.15 it cannot print its ' +
    'own operations); it composes the same subgraphs by itself, from Federation 1 SDL, and has ' +
    'no collapsing',
  hasCollapsing: false,
  peers: 'mercurius',
  toStart: ({ origin, federationOneFile }) => ({
    name: mercurius.name,
    module: peerUrl('mercurius', 'gateway.mjs'),
    args: (port) => [origin, federationOneFile, String(port)],
    path: '/graphql',
  }),
};

/** All gateways that the benchmark knows, ours first. */
export const participants: readonly Participant[] = [plaza, apollo, hive, hiveRust, mercurius];

/** The participants of the given ids, in the order of `participants`. Throws for an unknown id. */
export function findParticipants(ids: readonly string[]): readonly Participant[] {
  const unknown = ids.find((id) => !participants.some((known) => known.id === id));
  if (unknown !== undefined) {
    const known = participants.map(({ id }) => id).join(', ');
    throw new Error(`There is no gateway "${unknown}"; there are ${known}`);
  }
  return participants.filter(({ id }) => ids.includes(id));
}

function createHive({
  configOf,
  flags,
  ...description
}: Pick<Participant, 'id' | 'name' | 'settings'> & {
  readonly configOf: (files: RunFiles) => RunFiles['hiveConfig'];
  readonly flags: readonly string[];
}): Participant {
  return {
    ...description,
    hasCollapsing: true,
    peers: 'hive',
    toStart: (files, collapsing) => ({
      name: description.name,
      module: peerUrl('hive', 'node_modules/@graphql-hive/gateway/dist/bin.js'),
      args: (port) => [
        ...['supergraph', files.supergraphFile, ...flags],
        ...['--config-path', configOf(files)[collapsing]],
        ...['--host', '127.0.0.1', '--port', String(port)],
      ],
      path: '/graphql',
    }),
  };
}
