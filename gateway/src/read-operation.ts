import type { DocumentNode } from 'graphql';
import type { Config } from './config.ts';
import type { DocumentCache } from './document-cache.ts';
import { nextTurn } from './next-turn.ts';
import type { NormalizedOperation } from './pipeline/normalize-operation.ts';
import { normalizeOperation } from './pipeline/normalize-operation.ts';
import { checkOperationLimits } from './pipeline/operation-limits.ts';
import { parseDocument } from './pipeline/parse-document.ts';
import { validateDocument, validateInTurns } from './pipeline/validate-document.ts';
import type { GraphView } from './supergraph/snapshot.ts';
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
  view: GraphView,
  parts: ReadingParts,
): Promise<NormalizedOperation> {
  const known = parts.documents.get(query, view);
  if (known !== undefined) return normalizeOperation(known, operationName, view);
  const document = await readDocument(query, view, parts);
  const operation = normalizeOperation(document, operationName, view);
  // It will be written for the planner.
  if (query.length > charactersAtOnce) await nextTurn();
  return operation;
}

async function readDocument(
  text: string,
  view: GraphView,
  { config, documents, trace }: ReadingParts,
): Promise<DocumentNode> {
  const document = await traced(trace, 'GraphQL Parse', () => parseDocument(text, config.limits));
  checkOperationLimits(document, config.limits);
  const { apiSchema } = view;
  const validation = { isIntrospectionEnabled: config.introspection.enabled };
  await traced(trace, 'GraphQL Validate', () => {
    if (text.length > charactersAtOnce) return validateInTurns(document, apiSchema, validation);
    return validateDocument(document, apiSchema, validation);
  });
  documents.set(text, view, document);
  return document;
}
