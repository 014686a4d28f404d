import { createHash } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
} from 'graphql';
import { Kind, print, separateOperations } from 'graphql';
import { hasDefer } from '../incremental-delivery/mark-deferred.ts';
import { countSelections } from '../query-plan/count-selections.ts';
import { isolateResponseNames } from '../query-plan/isolate-response-names.ts';
import { openRootFragments } from '../query-plan/open-root-fragments.ts';
import { simplifyConditions } from '../query-plan/simplify-conditions.ts';
import type { GraphView } from '../supergraph/snapshot.ts';

/** The one operation of a validated document that will run. */
export interface NormalizedOperation {
  /** The operation and the fragments that it reaches, nothing else. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Stable identity of document and operation name: a cache key. */
  readonly id: string;
  /** What the planner plans: `document` without what the planner gets wrong. */
  readonly planDocument: DocumentNode;
  /** Where fetched data holds a field under another name than the client will see. */
  readonly dataKeys: ReadonlyMap<FieldNode, string>;
  /** Fields that this viewer may not see, and why: they are not planned, and null in the response. */
  readonly withheld: WithheldFields;
  /** Labels of progressive overrides that hold for it. */
  readonly activeLabels: readonly string[];
  /** True when fragments have `@defer`: whether they are deferred is decided for each request. */
  readonly hasDefer: boolean;
  /**
   * The client's label of each fragment that is deferred, by its label in `document`. Undefined: the
   * answer comes as a whole.
   */
  readonly deferredLabels?: ReadonlyMap<string, string | undefined>;
}

export type WithheldFields = ReadonlyMap<FieldNode, AppError>;

const nothingWithheld: WithheldFields = new Map();

/** Selections of one operation, fragments resolved; the cost of planning grows with them. */
const selectionsMax = 50_000;

type OperationsByName = Map<string | undefined, NormalizedOperation>;
const normalizedOperations = new WeakMap<GraphView, WeakMap<DocumentNode, OperationsByName>>();

/**
 * Picks the operation to run and prepares it for the planner. A document that a cache hands out
 * again is not prepared again. Throws AppError BAD_REQUEST when the document has no such operation
 * (GraphQL specification, section 6.1), OPERATION_TOO_COMPLEX when its fragments multiply too far.
 */
export function normalizeOperation(
  document: DocumentNode,
  operationName: string | undefined,
  view: GraphView,
): NormalizedOperation {
  const byName = operationsOf(document, view);
  const known = byName.get(operationName);
  if (known !== undefined) return known;
  const normalized = normalize(document, operationName, view);
  byName.set(operationName, normalized);
  return normalized;
}

function operationsOf(document: DocumentNode, view: GraphView): OperationsByName {
  let byDocument = normalizedOperations.get(view);
  if (byDocument === undefined) {
    byDocument = new WeakMap();
    normalizedOperations.set(view, byDocument);
  }
  let byName = byDocument.get(document);
  if (byName === undefined) {
    byName = new Map();
    byDocument.set(document, byName);
  }
  return byName;
}

function normalize(
  document: DocumentNode,
  operationName: string | undefined,
  view: GraphView,
): NormalizedOperation {
  const operation = pickOperation(document, operationName);
  const separate = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  if (countSelections(separate) > selectionsMax) {
    throw new AppError(
      'OPERATION_TOO_COMPLEX',
      `The operation has more than ${selectionsMax} selections, fragments resolved.`,
    );
  }
  return prepareOperation(separate, view);
}

/** Prepares a document that has one operation. */
export function prepareOperation(document: DocumentNode, view: GraphView): NormalizedOperation {
  const operation = pickOperation(document, undefined);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const named = { document, operation, operationName: operation.name?.value, fragments };
  const id = createHash('sha256').update(print(document)).digest('hex');
  const prepared = prepareForPlanner(document, view, nothingWithheld);
  return { ...named, id, ...prepared, activeLabels: [], hasDefer: hasDefer(document) };
}

/** The same operation for a viewer who may not see these of its fields. */
export function withholdFields(
  normalized: NormalizedOperation,
  view: GraphView,
  withheld: WithheldFields,
): NormalizedOperation {
  const prepared = prepareForPlanner(normalized.document, view, withheld);
  const planned = createHash('sha256').update(print(prepared.planDocument)).digest('hex');
  return { ...normalized, ...prepared, id: `${normalized.id} ${planned}` };
}

function prepareForPlanner(
  document: DocumentNode,
  { joinFieldNames, apiSchema }: GraphView,
  withheld: WithheldFields,
): Pick<NormalizedOperation, 'planDocument' | 'dataKeys' | 'withheld'> {
  const { planDocument, dataKeys } = isolateResponseNames(document, joinFieldNames, withheld);
  const opened = openRootFragments(planDocument, apiSchema);
  return { planDocument: simplifyConditions(opened), dataKeys, withheld };
}

function pickOperation(
  document: DocumentNode,
  operationName: string | undefined,
): OperationDefinitionNode {
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const candidates =
    operationName === undefined
      ? operations
      : operations.filter((operation) => operation.name?.value === operationName);
  const [operation, another] = candidates;
  if (operation === undefined) {
    throw new AppError(
      'BAD_REQUEST',
      operationName === undefined
        ? 'The document has no operation. Add a query or a mutation to it.'
        : `The document has no operation named "${operationName}".`,
    );
  }
  if (another !== undefined) {
    throw new AppError(
      'BAD_REQUEST',
      'The document has several operations. Say by operationName which one to run.',
    );
  }
  return operation;
}
