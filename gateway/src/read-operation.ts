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
export function readOperation(
  { query, operationName }: OperationText,
  supergraph: SupergraphSnapshot,
  { config, documents }: ReadingParts,
): NormalizedOperation {
  const document = documents.get(query, supergraph, () => {
    const parsed = parseDocument(query, config.limits);
    checkOperationLimits(parsed, config.limits);
    validateDocument(parsed, supergraph.apiSchema, {
      isIntrospectionEnabled: config.introspection.enabled,
    });
    return parsed;
  });
  return normalizeOperation(document, operationName, supergraph);
}
