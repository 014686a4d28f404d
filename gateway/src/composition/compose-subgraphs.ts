import { composeServices } from '@apollo/composition';
import type { CoreFeatures } from '@apollo/federation-internals';
import { AppError } from '@plaza/schema/errors';
import type { DocumentNode } from 'graphql';
import { GraphQLError, parse } from 'graphql';
import { readEventSources } from '../event-sources/event-source-rules.ts';
import { joinEventSources } from '../event-sources/join-event-sources.ts';

/** One subgraph as composition takes it. */
export interface SubgraphSdl {
  readonly name: string;
  /** Where the gateway will send its operations; written into the supergraph. */
  readonly url: string;
  readonly sdl: string;
}

/**
 * Composes subgraphs to supergraph SDL, of the same text for the same subgraphs in any order.
 * Throws AppError BAD_USER_INPUT that lists everything composition found, one finding per line.
 */
export function composeSubgraphs(subgraphs: readonly SubgraphSdl[]): string {
  const sorted = [...subgraphs].sort((one, other) => (one.name < other.name ? -1 : 1));
  const parsed = sorted.map(({ name, url, sdl }) => parseSubgraph(name, url, sdl));
  const unreadable = parsed.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  if (unreadable.length > 0) throw compositionError(unreadable);
  const services = parsed.map(({ name, url, typeDefs }) => ({ name, url, typeDefs }));
  const { supergraphSdl, schema, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw compositionError((errors ?? []).map(describeFinding));
  checkEventSources(supergraphSdl, schema.coreFeatures);
  return `${supergraphSdl.trimEnd()}\n`;
}

/** Composition carries our directive along without knowing what may be written in it. */
function checkEventSources(supergraphSdl: string, features: CoreFeatures | undefined): void {
  const document = parse(supergraphSdl, { noLocation: true });
  try {
    joinEventSources(document, readEventSources(document, features));
  } catch (error) {
    throw compositionError([`${(error as Error).message} (EVENT_SOURCE_INVALID)`]);
  }
}

interface ParsedSubgraph {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: DocumentNode;
  readonly problem?: string;
}

const emptyDocument: DocumentNode = { kind: 'Document' as DocumentNode['kind'], definitions: [] };

function parseSubgraph(name: string, url: string, sdl: string): ParsedSubgraph {
  try {
    return { name, url, typeDefs: parse(sdl) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const at = error.locations?.[0];
    const place = at === undefined ? '' : ` (line ${at.line}, column ${at.column})`;
    return { name, url, typeDefs: emptyDocument, problem: `[${name}] ${error.message}${place}` };
  }
}

function describeFinding(error: GraphQLError): string {
  const { code } = error.extensions;
  return typeof code === 'string' ? `${error.message} (${code})` : error.message;
}

function compositionError(findings: readonly string[]): AppError {
  const list = findings.map((finding) => `- ${finding}`).join('\n');
  return new AppError('BAD_USER_INPUT', `The subgraphs do not compose:\n${list}`);
}
