import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import type { DocumentNode } from 'graphql';
import { parse } from 'graphql';
import { createPlanner } from '../query-plan/create-planner.ts';
import type { QueryPlanner } from '../query-plan/planner.ts';
import type { EntityKeys } from '../supergraph/entity-keys.ts';
import { readEntityKeys } from '../supergraph/entity-keys.ts';
import { preferResolvableKeys } from '../supergraph/prefer-resolvable-keys.ts';
import type { SyntheticFields } from '../supergraph/synthetic-fields.ts';
import { addSyntheticFields } from '../supergraph/synthetic-fields.ts';

/** A supergraph rewritten so that the planner gets right what it would get wrong. */
export interface PlannedSupergraph {
  readonly document: DocumentNode;
  readonly syntheticFields: SyntheticFields;
  readonly entityKeys: EntityKeys;
}

/** Rewrites the supergraph for the planner: resolvable keys first, synthetic fields added. */
export function rewriteForPlanner(supergraph: DocumentNode): PlannedSupergraph {
  const { supergraph: document, syntheticFields } = addSyntheticFields(
    preferResolvableKeys(supergraph),
  );
  return { document, syntheticFields, entityKeys: readEntityKeys(document) };
}

/** Builds a planner that plans in the calling thread. Takes 10 to 1,000 ms of CPU. */
export function buildPlanner(supergraph: Supergraph, planned: PlannedSupergraph): QueryPlanner {
  const apiSchema = supergraph.apiSchema();
  return createPlanner({
    // Synthetic fields leave fields external that nothing requires any more.
    supergraph: buildUnvalidated(planned.document),
    apiSchema,
    clientSchema: apiSchema.toGraphQLJSSchema(),
    syntheticFields: planned.syntheticFields,
    entityKeys: planned.entityKeys,
  });
}

/** The same from the SDL of a supergraph that is known to be valid. */
export function buildPlannerOf(sdl: string): QueryPlanner {
  const document = parse(sdl, { noLocation: true });
  return buildPlanner(buildUnvalidated(document), rewriteForPlanner(document));
}

function buildUnvalidated(document: DocumentNode): Supergraph {
  return Supergraph.build(document, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
}
