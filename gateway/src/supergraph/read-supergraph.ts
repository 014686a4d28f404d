import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { AppError } from '@plaza/schema/errors';
import type { DocumentNode } from 'graphql';
import { GraphQLError, parse, printSchema } from 'graphql';
import type { ContractFilter } from '../contracts/contract-filter.ts';
import { createContractSdl } from '../contracts/contract-sdl.ts';
import type { SchemaTags } from '../contracts/schema-tags.ts';
import { readSchemaTags } from '../contracts/schema-tags.ts';
import { readCacheRules } from '../entity-cache/cache-rules.ts';
import type { EventSourceRules } from '../event-sources/event-source-rules.ts';
import { readEventSources } from '../event-sources/event-source-rules.ts';
import { joinEventSources } from '../event-sources/join-event-sources.ts';
import { readCostRules } from '../operation-cost/cost-rules.ts';
import type { PlannerParts } from '../query-plan/create-planner.ts';
import { readAccessRules } from './access-rules.ts';
import { readEntityKeys } from './entity-keys.ts';
import { printExecutionSdl } from './execution-sdl.ts';
import { isolateChainedRequirements } from './isolate-chained-requirements.ts';
import { readJoinFieldNames } from './join-field-names.ts';
import { JoinedFields } from './joined-fields.ts';
import { readOverrideLabels } from './override-labels.ts';
import { preferResolvableKeys } from './prefer-resolvable-keys.ts';
import { hashSubgraphs } from './subgraph-hashes.ts';
import type { SupergraphFacts } from './supergraph-facts.ts';
import { addSyntheticFields } from './synthetic-fields.ts';

/** What composition and the planner say can be pages long. */
const reasonCharactersMax = 300;

/** A supergraph as serving and as planning need it. */
export interface ReadSupergraph {
  readonly facts: SupergraphFacts;
  readonly plannerParts: PlannerParts;
}

/**
 * Validates and reads a supergraph. Takes 10 to 1,000 ms of CPU. Throws AppError
 * SUPERGRAPH_UNAVAILABLE, with one line of reason, for SDL that is not a supergraph that this gateway
 * can serve, or of which one of the contracts cannot be made.
 */
export function readSupergraph(
  sdl: string,
  contracts: readonly ContractFilter[] = [],
): ReadSupergraph {
  const { facts, tags, plannerParts } = readWithReason(sdl);
  // Whose reason is a list that must not be cut off.
  return {
    facts: { ...facts, contracts: createContractSdl(facts.apiSdl, tags, contracts) },
    plannerParts,
  };
}

function readWithReason(sdl: string) {
  try {
    const plannerParts = readParts(sdl, { validates: true });
    return { ...readFacts(plannerParts), plannerParts };
  } catch (error) {
    throw new AppError('SUPERGRAPH_UNAVAILABLE', reasonOf(error), { cause: error });
  }
}

/** Reads what planning needs of SDL that `readSupergraph` has accepted before. */
export function readPlannerParts(sdl: string): PlannerParts {
  return readParts(sdl, { validates: false });
}

interface SupergraphParts extends PlannerParts {
  /** As it was loaded. */
  readonly document: DocumentNode;
  readonly original: Supergraph;
  /** With all fields that plans fetch. */
  readonly planned: DocumentNode;
  readonly eventSources: EventSourceRules;
}

/**
 * The planner gets the supergraph rewritten so that it makes right what it would get wrong:
 * event-sourced fields in a subgraph of their own, resolvable keys first, synthetic fields added.
 */
function readParts(sdl: string, { validates }: { readonly validates: boolean }): SupergraphParts {
  const document = parse(sdl, { noLocation: true });
  const original = Supergraph.build(document, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: validates,
  });
  const eventSources = readEventSources(document, original.schema.coreFeatures);
  const joined = joinEventSources(document, eventSources);
  const rewritten = addSyntheticFields(preferResolvableKeys(joined));
  const isolated = isolateChainedRequirements(rewritten.supergraph);
  // Synthetic fields leave fields external that nothing requires any more.
  const supergraph = buildUnvalidated(rewritten.supergraph);
  const apiSchema = original.apiSchema();
  return {
    document,
    original,
    planned: rewritten.supergraph,
    eventSources,
    supergraph,
    apiSchema,
    clientSchema: apiSchema.toGraphQLJSSchema({ includeDefer: true }),
    syntheticFields: rewritten.syntheticFields,
    ...(isolated && {
      isolation: {
        joinedFields: new JoinedFields(rewritten.supergraph),
        realNames: isolated.realNames,
        buildSupergraph: () => buildUnvalidated(isolated.supergraph),
      },
    }),
    entityKeys: readEntityKeys(rewritten.supergraph),
  };
}

function buildUnvalidated(document: DocumentNode): Supergraph {
  return Supergraph.build(document, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
}

function readFacts(parts: SupergraphParts): {
  readonly facts: Omit<SupergraphFacts, 'contracts'>;
  readonly tags: SchemaTags;
} {
  const { document, original, planned, eventSources, clientSchema, entityKeys } = parts;
  const features = original.schema.coreFeatures;
  if (features === undefined) throw new Error('it links no specification');
  const cacheRules = readCacheRules(document, features, entityKeys);
  const facts = {
    apiSdl: printSchema(clientSchema),
    executionSdl: printExecutionSdl(planned),
    subgraphs: original.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
    entityKeys: entityKeys.paths,
    eventSources,
    accessRules: readAccessRules(document, features),
    cacheRules,
    subgraphHashes: hashSubgraphs(document, cacheRules),
    joinFieldNames: readJoinFieldNames(planned),
    overrideLabels: readOverrideLabels(document),
    costRules: readCostRules(document, features),
  };
  return { facts, tags: readSchemaTags(document, features) };
}

function reasonOf(error: unknown): string {
  const advice = 'Give the SDL that composition of Federation subgraphs writes.';
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.replaceAll(/\s+/g, ' ').trim().slice(0, reasonCharactersMax);
  const [place] = error instanceof GraphQLError ? (error.locations ?? []) : [];
  const where = place === undefined ? '' : ` (line ${place.line}, column ${place.column})`;
  return `The SDL is not a supergraph that can be served: ${reason}${where}. ${advice}`;
}
