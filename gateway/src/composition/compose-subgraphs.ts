import type { CoreFeatures } from '@apollo/federation-internals';
import { AppError } from '@plaza/schema/errors';
import type { DocumentNode } from 'graphql';
import { GraphQLError, parse } from 'graphql';
import { readCacheRules } from '../entity-cache/cache-rules.ts';
import { readEventSources } from '../event-sources/event-source-rules.ts';
import { joinEventSources } from '../event-sources/join-event-sources.ts';
import { readEntityKeys } from '../supergraph/entity-keys.ts';
import { composeServices } from './compose-services.ts';

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
  checkOwnDirectives(supergraphSdl, schema.coreFeatures);
  return `${supergraphSdl.trimEnd()}\n`;
}

/** Composition carries these directives along without knowing what may be written in them. */
function checkOwnDirectives(supergraphSdl: string, features: CoreFeatures | undefined): void {
  const document = parse(supergraphSdl, { noLocation: true });
  const findings = [
    findingOf('EVENT_SOURCE_INVALID', () =>
      joinEventSources(document, readEventSources(document, features)),
    ),
    findingOf('CACHE_DIRECTIVE_INVALID', () =>
      readCacheRules(document, features, readEntityKeys(document)),
    ),
  ].flat();
  if (findings.length > 0) throw compositionError(findings);
}

function findingOf(code: string, check: () => unknown): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [`${(error as Error).message} (${code})`];
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
