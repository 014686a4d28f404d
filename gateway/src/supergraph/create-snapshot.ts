import { createHash } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { buildASTSchema, parse } from 'graphql';
import { nextTurn } from '../next-turn.ts';
import type { QueryPlanner } from '../query-plan/planner.ts';
import { EntityKeys } from './entity-keys.ts';
import type { SupergraphSnapshot } from './snapshot.ts';
import type { SupergraphFacts } from './supergraph-facts.ts';

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly sdl: string;
  readonly facts: SupergraphFacts;
  readonly planner: QueryPlanner;
}

/** Makes a snapshot at once: for a thread that serves nobody yet. */
export function createSnapshot(parts: SnapshotParts): SupergraphSnapshot {
  const { apiSdl, executionSdl } = parts.facts;
  return assemble(parts, buildSchemaAtOnce(apiSdl), buildSchemaAtOnce(executionSdl));
}

/** Makes a snapshot in steps between which the thread does whatever else is due. */
export async function createSnapshotInTurns(parts: SnapshotParts): Promise<SupergraphSnapshot> {
  const { apiSdl, executionSdl } = parts.facts;
  const apiSchema = await buildSchemaInTurns(apiSdl);
  return assemble(parts, apiSchema, await buildSchemaInTurns(executionSdl));
}

function assemble(
  { sdl, facts, planner }: SnapshotParts,
  apiSchema: GraphQLSchema,
  executionSchema: GraphQLSchema,
): SupergraphSnapshot {
  return Object.freeze({
    sdl,
    hash: createHash('sha256').update(sdl).digest('hex'),
    apiSchema,
    executionSchema,
    entityKeys: new EntityKeys(facts.entityKeys),
    subgraphs: new Map(facts.subgraphs.map((subgraph) => [subgraph.name, subgraph])),
    eventSources: facts.eventSources,
    accessRules: facts.accessRules,
    cacheRules: facts.cacheRules,
    subgraphHashes: facts.subgraphHashes,
    joinFieldNames: facts.joinFieldNames,
    overrideLabels: facts.overrideLabels,
    costRules: facts.costRules,
    planner,
  });
}

const accepted = { assumeValid: true, assumeValidSDL: true };

function buildSchemaAtOnce(sdl: string): GraphQLSchema {
  return buildASTSchema(parse(sdl, { noLocation: true }), accepted);
}

async function buildSchemaInTurns(sdl: string): Promise<GraphQLSchema> {
  await nextTurn();
  const document = parse(sdl, { noLocation: true });
  await nextTurn();
  return buildASTSchema(document, accepted);
}
