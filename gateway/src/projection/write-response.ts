import type { DocumentNode } from 'graphql';
import { Kind, visit } from 'graphql';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import type { ExecutedPlan } from '../query-plan/execute-plan.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import { compileResponse } from './compile-response.ts';
import { unexpectedValue } from './unexpected-value.ts';
import type { ValueWriter } from './write-value.ts';

/** Combinations of `@skip` and `@include` that one operation is compiled for. */
const variantsMax = 64;

interface CompiledResponses {
  /** Variables of `@skip` and `@include`. */
  readonly conditions: readonly string[];
  readonly byVariant: Map<string, ValueWriter | undefined>;
}

const compiledResponses = new WeakMap<NormalizedOperation, CompiledResponses>();

/**
 * The data of the response as JSON, when there is nothing in them that is an error; else undefined.
 * The operation is compiled for its conditions when they first occur, and kept as long as it is.
 */
export function writeResponse(
  operation: NormalizedOperation,
  view: GraphView,
  variables: Readonly<Record<string, unknown>>,
  { data, shared }: ExecutedPlan,
): string | undefined {
  const write = writerOf(operation, view, variables);
  if (write === undefined) return undefined;
  try {
    return write(data, { shared, texts: new Map() });
  } catch (error) {
    if (error === unexpectedValue) return undefined;
    throw error;
  }
}

function writerOf(
  normalized: NormalizedOperation,
  view: GraphView,
  variables: Readonly<Record<string, unknown>>,
): ValueWriter | undefined {
  // Each withheld field is an error.
  if (normalized.withheld.size > 0) return undefined;
  let compiled = compiledResponses.get(normalized);
  if (compiled === undefined) {
    compiled = { conditions: conditionVariables(normalized.document), byVariant: new Map() };
    compiledResponses.set(normalized, compiled);
  }
  const { conditions, byVariant } = compiled;
  const variant = conditions.map((name) => (variables[name] === true ? '1' : '0')).join('');
  const known = byVariant.get(variant);
  if (known !== undefined || byVariant.has(variant)) return known;
  if (byVariant.size >= variantsMax) return undefined;
  const write = compile(normalized, view, variables);
  byVariant.set(variant, write);
  return write;
}

function compile(
  { operation, fragments, dataKeys }: NormalizedOperation,
  { apiSchema: schema }: GraphView,
  variables: Readonly<Record<string, unknown>>,
): ValueWriter | undefined {
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) return undefined;
  const context = { schema, fragments, dataKeys, variables };
  return compileResponse(operation.selectionSet, rootType, context);
}

function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  return [...names];
}
