import { createHash } from 'node:crypto';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { AppError } from '@plaza/schema/errors';
import type { DocumentNode } from 'graphql';
import { buildASTSchema, GraphQLError, parse } from 'graphql';
import { createPlanner } from '../query-plan/create-planner.ts';
import { readAccessRules } from './access-rules.ts';
import { readEntityKeys } from './entity-keys.ts';
import { readJoinFieldNames } from './join-field-names.ts';
import { preferResolvableKeys } from './prefer-resolvable-keys.ts';
import type { SubgraphAddress, SupergraphSnapshot } from './snapshot.ts';
import { addSyntheticFields } from './synthetic-fields.ts';

/** What composition and the planner say can be pages long. */
const reasonCharactersMax = 300;

export interface SnapshotOptions {
  /** Where to send a subgraph's operations instead of the URL in the supergraph, by name. */
  readonly subgraphUrls?: ReadonlyMap<string, string>;
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

function build(sdl: string, { subgraphUrls }: SnapshotOptions): SupergraphSnapshot {
  const document = parse(sdl, { noLocation: true });
  const supergraph = Supergraph.build(document, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  const apiSchema = supergraph.apiSchema();
  const features = supergraph.schema.coreFeatures;
  if (features === undefined) throw new Error('it links no specification');

  const { supergraph: planned, syntheticFields } = addSyntheticFields(
    preferResolvableKeys(document),
  );
  const clientSchema = apiSchema.toGraphQLJSSchema();
  const entityKeys = readEntityKeys(planned);
  return Object.freeze({
    sdl,
    hash: createHash('sha256').update(sdl).digest('hex'),
    apiSchema: clientSchema,
    executionSchema: buildASTSchema(planned, { assumeValid: true, assumeValidSDL: true }),
    planner: createPlanner({
      supergraph: buildPlannedSupergraph(planned),
      apiSchema,
      clientSchema,
      syntheticFields,
      entityKeys,
    }),
    entityKeys,
    subgraphs: addressesOf(supergraph, subgraphUrls),
    accessRules: readAccessRules(document, features),
    joinFieldNames: readJoinFieldNames(planned),
  });
}

/** Not validated: synthetic fields leave fields external that nothing requires any more. */
function buildPlannedSupergraph(document: DocumentNode): Supergraph {
  return Supergraph.build(document, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
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
