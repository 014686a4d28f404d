import { createHash } from 'node:crypto';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { AppError } from '@plaza/schema/errors';
import { buildASTSchema, GraphQLError, parse } from 'graphql';
import { buildPlanner, rewriteForPlanner } from '../planning/build-planner.ts';
import type { WorkerPlannerSettings } from '../planning/worker-planner.ts';
import { createWorkerPlanner } from '../planning/worker-planner.ts';
import { readAccessRules } from './access-rules.ts';
import { readJoinFieldNames } from './join-field-names.ts';
import type { SubgraphAddress, SupergraphSnapshot } from './snapshot.ts';

/** What composition and the planner say can be pages long. */
const reasonCharactersMax = 300;

export interface SnapshotOptions {
  /** Where to send a subgraph's operations instead of the URL in the supergraph, by name. */
  readonly subgraphUrls?: ReadonlyMap<string, string>;
  /** How to plan in worker threads. Default, and with `workersMax` 0: in the calling thread. */
  readonly planning?: WorkerPlannerSettings;
}

/**
 * Builds all that serving a supergraph needs from its SDL. Takes 10 to 1,500 ms of CPU.
 * Throws AppError SUPERGRAPH_UNAVAILABLE, with one line of reason, for SDL that is not a supergraph
 * that this gateway can serve.
 */
export function buildSupergraphSnapshot(
  sdl: string,
  options: SnapshotOptions = {},
): SupergraphSnapshot {
  try {
    return build(sdl, options);
  } catch (error) {
    throw new AppError('SUPERGRAPH_UNAVAILABLE', reasonOf(error), { cause: error });
  }
}

function build(sdl: string, { subgraphUrls, planning }: SnapshotOptions): SupergraphSnapshot {
  const document = parse(sdl, { noLocation: true });
  const supergraph = Supergraph.build(document, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  const apiSchema = supergraph.apiSchema();
  const features = supergraph.schema.coreFeatures;
  if (features === undefined) throw new Error('it links no specification');

  const planned = rewriteForPlanner(document);
  const parts = {
    sdl,
    hash: createHash('sha256').update(sdl).digest('hex'),
    apiSchema: apiSchema.toGraphQLJSSchema(),
    executionSchema: buildASTSchema(planned.document, { assumeValid: true, assumeValidSDL: true }),
    entityKeys: planned.entityKeys,
    subgraphs: addressesOf(supergraph, subgraphUrls),
    accessRules: readAccessRules(document, features),
    joinFieldNames: readJoinFieldNames(planned.document),
  };
  // Last of all: a thread must not outlive a snapshot that could not be built.
  const isThreaded = planning !== undefined && planning.workersMax > 0;
  const planner = isThreaded
    ? createWorkerPlanner(sdl, planning)
    : buildPlanner(supergraph, planned);
  return Object.freeze({ ...parts, planner });
}

function addressesOf(
  supergraph: Supergraph,
  subgraphUrls: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, SubgraphAddress> {
  const addresses = new Map<string, SubgraphAddress>();
  for (const { name, url } of supergraph.subgraphsMetadata()) {
    addresses.set(name, { name, url: subgraphUrls?.get(name) ?? url });
  }
  return addresses;
}

function reasonOf(error: unknown): string {
  const advice = 'Give the SDL that composition of Federation subgraphs writes.';
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.replaceAll(/\s+/g, ' ').trim().slice(0, reasonCharactersMax);
  const [place] = error instanceof GraphQLError ? (error.locations ?? []) : [];
  const where = place === undefined ? '' : ` (line ${place.line}, column ${place.column})`;
  return `The SDL is not a supergraph that can be served: ${reason}${where}. ${advice}`;
}
