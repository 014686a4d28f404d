import { createHash } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { buildASTSchema, parse } from 'graphql';
import type { ContractSdl } from '../contracts/contract-filter.ts';
import { nextTurn } from '../next-turn.ts';
import type { QueryPlanner } from '../query-plan/planner.ts';
import { EntityKeys } from './entity-keys.ts';
import type { GraphView, SupergraphSnapshot } from './snapshot.ts';
import type { SupergraphFacts } from './supergraph-facts.ts';

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly sdl: string;
  readonly facts: SupergraphFacts;
  readonly planner: QueryPlanner;
}

/** Makes a snapshot at once: for a thread that serves nobody yet. */
export function createSnapshot(parts: SnapshotParts): SupergraphSnapshot {
  const { apiSdl, executionSdl, contracts } = parts.facts;
  return assemble(parts, {
    apiSchema: buildSchemaAtOnce(apiSdl),
    executionSchema: buildSchemaAtOnce(executionSdl),
    contracts: contracts.map((one) => ({ ...one, apiSchema: buildSchemaAtOnce(one.apiSdl) })),
  });
}

/** Makes a snapshot in steps between which the thread does whatever else is due. */
export async function createSnapshotInTurns(parts: SnapshotParts): Promise<SupergraphSnapshot> {
  const { apiSdl, executionSdl, contracts } = parts.facts;
  const apiSchema = await buildSchemaInTurns(apiSdl);
  const executionSchema = await buildSchemaInTurns(executionSdl);
  const built: BuiltContract[] = [];
  for (const one of contracts) {
    built.push({ ...one, apiSchema: await buildSchemaInTurns(one.apiSdl) });
  }
  return assemble(parts, { apiSchema, executionSchema, contracts: built });
}

interface BuiltContract extends ContractSdl {
  readonly apiSchema: GraphQLSchema;
}

interface BuiltSchemas {
  readonly apiSchema: GraphQLSchema;
  readonly executionSchema: GraphQLSchema;
  readonly contracts: readonly BuiltContract[];
}

function assemble(
  { sdl, facts, planner }: SnapshotParts,
  { apiSchema, executionSchema, contracts }: BuiltSchemas,
): SupergraphSnapshot {
  const whole: GraphView = {
    sdl,
    hash: digest(sdl),
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
    contract: undefined,
  };
  const views = contracts.map(({ name, apiSdl, apiSchema: seen }): [string, GraphView] => {
    const hash = digest(`${whole.hash} ${apiSdl}`);
    return [name, Object.freeze({ ...whole, hash, apiSchema: seen, contract: name })];
  });
  const unknownTags = new Map(
    contracts.flatMap((one) => (one.unknownTags.length > 0 ? [[one.name, one.unknownTags]] : [])),
  );
  return Object.freeze({ ...whole, planner, contracts: new Map(views), unknownTags });
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
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
