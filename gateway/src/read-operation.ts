import type { DocumentNode } from 'graphql';
import type { Config } from './config.ts';
import type { DocumentCache } from './document-cache.ts';
import type { NormalizedOperation } from './pipeline/normalize-operation.ts';
import { normalizeOperation } from './pipeline/normalize-operation.ts';
import { checkOperationLimits } from './pipeline/operation-limits.ts';
import { parseDocument } from './pipeline/parse-document.ts';
import { validateDocument } from './pipeline/validate-document.ts';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';

export interface OperationText {
  readonly query: string;
  readonly operationName?: string | undefined;
}

export interface ReadingParts {
  readonly config: Pick<Config, 'limits' | 'introspection'>;
  readonly documents: DocumentCache;
}

/** The operation that a text asks for: parse, limits, validate, choose. Throws as those stages do. */
export async function readOperation(
  { query, operationName }: OperationText,
  supergraph: SupergraphSnapshot,
  parts: ReadingParts,
): Promise<NormalizedOperation> {
  const known = parts.documents.get(query, supergraph);
  const document = known ?? (await readDocument(query, supergraph, parts));
  return normalizeOperation(document, operationName, supergraph);
}

async function readDocument(
  text: string,
  supergraph: SupergraphSnapshot,
  { config, documents }: ReadingParts,
): Promise<DocumentNode> {
  const document = parseDocument(text, config.limits);
  checkOperationLimits(document, config.limits);
  validateDocument(document, supergraph.apiSchema, {
    isIntrospectionEnabled: config.introspection.enabled,
  });
  documents.set(text, supergraph, document);
  // A large document has held the event loop for milliseconds, and will again: others go first.
  await new Promise(setImmediate);
  return document;
}
