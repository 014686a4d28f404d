import { AppError } from '@plaza/schema/errors';
import type { PersistedOperations } from '../persisted-operations/persisted-operations.ts';
import { sha256Of } from '../persisted-operations/persisted-operations.ts';

/** How a request says which document it is about. */
export interface DocumentReference {
  /** Empty when the client names the document instead. */
  readonly query: string;
  /** Of a manifest (GraphQL over HTTP, appendix on persisted documents). */
  readonly documentId?: string | undefined;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface FoundDocument {
  readonly text: string;
  /** To be called once the document has proved to be one that is served. */
  remember(): void;
}

const nothing = (): void => undefined;

/**
 * The text of the document that a request is about. Throws AppError PERSISTED_QUERY_NOT_FOUND for an
 * id that is not known, so that clients send the text along (Apollo's automatic persisted queries),
 * BAD_REQUEST for a reference that says nothing or contradicts the text, FORBIDDEN for a text that no
 * manifest has where only those are served, SUPERGRAPH_UNAVAILABLE while nobody can look that up.
 */
export async function findDocument(
  { query, documentId, extensions }: DocumentReference,
  operations: PersistedOperations,
): Promise<FoundDocument> {
  const id = documentId ?? readPersistedQuery(extensions?.persistedQuery);
  if (query === '') {
    if (id === undefined) throw new AppError('BAD_REQUEST', 'The parameter query is missing');
    const text = await operations.find(id);
    if (text !== undefined) return { text, remember: nothing };
    // The message is what Apollo's clients look for.
    throw new AppError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
  }
  if (operations.areTrusted && !(await operations.isListed(query))) {
    throw new AppError(
      'FORBIDDEN',
      'Only operations of the published manifests are served: send the id of one, or its exact text',
    );
  }
  const isNamed = id !== undefined && documentId === undefined && operations.areAutomatic;
  if (!isNamed) return { text: query, remember: nothing };
  if (sha256Of(query) !== id) {
    throw new AppError('BAD_REQUEST', 'persistedQuery.sha256Hash is not the SHA-256 of query');
  }
  return { text: query, remember: () => operations.remember(query) };
}

function readPersistedQuery(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const { version, sha256Hash } = value as { version?: unknown; sha256Hash?: unknown };
  if (version === 1 && typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/.test(sha256Hash)) {
    return sha256Hash;
  }
  const message = 'extensions.persistedQuery must have version 1 and sha256Hash, 64 hex digits';
  throw new AppError('BAD_REQUEST', message);
}
