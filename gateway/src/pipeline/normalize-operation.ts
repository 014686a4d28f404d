import type { DocumentNode, OperationDefinitionNode } from 'graphql';

/** The one operation of a validated document that will run. */
export interface NormalizedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  /** Stable identity of document and operation name: a cache key. */
  readonly id: string;
}
