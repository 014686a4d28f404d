import type { DocumentNode } from 'graphql';
import type { Config } from './config.ts';
import type { DocumentCache } from './document-cache.ts';
import { nextTurn } from './next-turn.ts';
import type { NormalizedOperation } from './pipeline/normalize-operation.ts';
import { normalizeOperation } from './pipeline/normalize-operation.ts';
import { checkOperationLimits } from './pipeline/operation-limits.ts';
import { parseDocument } from './pipeline/parse-document.ts';
import { validateDocument, validateInTurns } from './pipeline/validate-document.ts';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';
import type { OperationTrace } from './tracing/tracing.ts';
import { traced } from './tracing/tracing.ts';

export interface OperationText {
  readonly query: string;
  readonly operationName?: string | undefined;
}

export interface ReadingParts {
  readonly config: Pick<Config, 'limits' | 'introspection'>;
  readonly documents: DocumentCache;
  /** Undefined where nothing is traced. */
  readonly trace?: OperationTrace | undefined;
}

/** Reading a longer text takes milliseconds: each stage has a turn of its own of the event loop. */
const charactersAtOnce = 2_000;

/** The operation that a text asks for: parse, limits, validate, choose. Throws as those stages do. */
export async function readOperation(
  { query, operationName }: OperationText,
  supergraph: SupergraphSnapshot,
  parts: ReadingParts,
): Promise<NormalizedOperation> {
  const known = parts.documents.get(query, supergraph);
  if (known !== undefined) return normalizeOperation(known, operationName, supergraph);
  const document = await readDocument(query, supergraph, parts);
  const operation = normalizeOperation(document, operationName, supergraph);
  // It will be written for the planner.
  if (query.length > charactersAtOnce) await nextTurn();
  return operation;
}

async function readDocument(
  text: string,
  supergraph: SupergraphSnapshot,
  { config, documents, trace }: ReadingParts,
): Promise<DocumentNode> {
  const document = await traced(trace, 'GraphQL Parse', () => parseDocument(text, config.limits));
  checkOperationLimits(document, config.limits);
  const { apiSchema } = supergraph;
  const validation = { isIntrospectionEnabled: config.introspection.enabled };
  await traced(trace, 'GraphQL Validate', () => {
    if (text.length > charactersAtOnce) return validateInTurns(document, apiSchema, validation);
    return validateDocument(document, apiSchema, validation);
  });
  documents.set(text, supergraph, document);
  return document;
}
