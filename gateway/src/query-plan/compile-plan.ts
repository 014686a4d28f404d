import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { PathStep } from './flatten-path.ts';
import { parsePath } from './flatten-path.ts';
import { clientVariableName } from './isolate-response-names.ts';
import type { FetchNode, PlanNode, QueryPlan } from './plan-node.ts';
import type { RepresentationReader } from './write-representation.ts';
import { createRepresentationReader } from './write-representation.ts';

/** A plan made ready to run many times: paths, request bodies and representations read once. */
export interface CompiledPlan {
  readonly root: CompiledNode | undefined;
  /** False where one entity may differ by the place at which it is reached. */
  readonly canShareEntities: boolean;
}

export type CompiledNode =
  | { readonly kind: 'Sequence' | 'Parallel'; readonly nodes: readonly CompiledNode[] }
  | {
      readonly kind: 'Condition';
      readonly variable: string;
      readonly ifClause: CompiledNode | undefined;
      readonly elseClause: CompiledNode | undefined;
    }
  | RootFetch
  | EntityFetch
  | EventSource
  | DeferredParts
  /** A fetch of a deferring plan that deferred parts wait for. */
  | { readonly kind: 'AwaitedFetch'; readonly id: string; readonly fetch: CompiledNode };

/** What is answered first, and the parts that follow. */
export interface DeferredParts {
  readonly kind: 'Defer';
  readonly primary: CompiledNode | undefined;
  readonly parts: readonly DeferredPart[];
}

export interface DeferredPart {
  readonly label: string;
  /** Ids of the fetches that it builds on. */
  readonly depends: readonly string[];
  /** Undefined where earlier fetches bring all that it has. */
  readonly node: CompiledNode | undefined;
}

/** Where in the data a part of the plan begins. */
interface Place {
  /** From the root of the data to the objects that the fetch adds to. */
  readonly path: readonly PathStep[];
  /** Equal for equal paths. */
  readonly pathKey: string;
}

interface CompiledFetch extends Place {
  readonly node: FetchNode;
  /** The request body up to the values of its variables: `{"query":"…","variables":{`. */
  readonly opening: string;
}

export interface RootFetch extends CompiledFetch {
  readonly kind: 'RootFetch';
}

export interface EntityFetch extends CompiledFetch {
  readonly kind: 'EntityFetch';
  /** Short; equal for fetches of one plan that make the same of the same representations. */
  readonly loaderKey: string;
  readonly readRepresentation: RepresentationReader;
  /** What to fetch of entities that lack something that this fetch requires. */
  readonly parts: readonly EntityFetch[];
}

/** The whole of a subscription's plan: what makes events, and what is fetched for each of them. */
export interface EventSource {
  readonly kind: 'EventSource';
  readonly primary: RootFetch;
  readonly rest: CompiledNode | undefined;
}

/** What the fetches of one plan are compiled with. */
interface Compilation {
  readonly snapshot: SupergraphSnapshot;
  /** By what a fetch asks. That is as long as its operation, and needed to tell equal ones only. */
  readonly loaderKeys: Map<string, string>;
}

const atRoot: Place = { path: [], pathKey: '' };
const compiledPlans = new WeakMap<QueryPlan, CompiledPlan>();

/** The compiled form of a plan, made when it first runs and kept as long as the plan is. */
export function compilePlan(plan: QueryPlan, snapshot: SupergraphSnapshot): CompiledPlan {
  let compiled = compiledPlans.get(plan);
  if (compiled === undefined) {
    compiled = {
      root:
        plan.node === undefined
          ? undefined
          : compileNode(plan.node, atRoot, { snapshot, loaderKeys: new Map() }),
      canShareEntities: plan.node === undefined || !usesContext(plan.node),
    };
    compiledPlans.set(plan, compiled);
  }
  return compiled;
}

function compileNode(node: PlanNode, place: Place, compilation: Compilation): CompiledNode {
  const compile = (child: PlanNode | undefined): CompiledNode | undefined =>
    child === undefined ? undefined : compileNode(child, place, compilation);
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return {
        kind: node.kind,
        nodes: node.nodes.map((child) => compileNode(child, place, compilation)),
      };
    case 'Flatten':
      return compileNode(node.node, below(place, node.path), compilation);
    case 'Condition':
      return {
        kind: 'Condition',
        variable: clientVariableName(node.condition),
        ifClause: compile(node.ifClause),
        elseClause: compile(node.elseClause),
      };
    case 'Fetch': {
      const fetch =
        node.requires === undefined
          ? compileRootFetch(node, place)
          : compileEntityFetch(node, place, compilation);
      return node.id === undefined ? fetch : { kind: 'AwaitedFetch', id: node.id, fetch };
    }
    case 'Defer':
      return {
        kind: 'Defer',
        primary: compile(node.primary.node),
        parts: node.deferred.map(({ label = '', depends, node: part }) => ({
          label,
          depends: depends.map(({ id }) => id),
          node: compile(part),
        })),
      };
    case 'Subscription':
      return {
        kind: 'EventSource',
        primary: compileRootFetch(node.primary, place),
        rest: compile(node.rest),
      };
  }
}

function compileRootFetch(node: FetchNode, { path, pathKey }: Place): RootFetch {
  return { kind: 'RootFetch', node, path, pathKey, opening: openBody(node) };
}

function compileEntityFetch(node: FetchNode, place: Place, compilation: Compilation): EntityFetch {
  return {
    kind: 'EntityFetch',
    node,
    path: place.path,
    pathKey: place.pathKey,
    opening: openBody(node),
    loaderKey: loaderKeyOf(node, compilation),
    readRepresentation: createRepresentationReader(node, compilation.snapshot),
    parts: (node.parts ?? []).map((part) => compileEntityFetch(part, place, compilation)),
  };
}

function loaderKeyOf(node: FetchNode, { loaderKeys }: Compilation): string {
  const question = entityQuestion(node);
  const known = loaderKeys.get(question);
  if (known !== undefined) return known;
  const key = `${loaderKeys.size} `;
  loaderKeys.set(question, key);
  return key;
}

/** What a fetch makes of representations: equal for fetches that make the same of the same ones. */
export function entityQuestion(node: FetchNode): string {
  const { serviceName, variableUsages, outputRewrites } = node;
  return JSON.stringify([serviceName, withoutName(node), variableUsages, outputRewrites]);
}

/** No element has a slash: they are names, `@`, and conditions on types. */
function below({ path, pathKey }: Place, elements: readonly (string | number)[]): Place {
  return {
    path: [...path, ...parsePath(elements)],
    pathKey: `${pathKey}/${elements.join('/')}`,
  };
}

/** The planner numbers the names of a plan's operations, so equal ones differ in their names alone. */
export function withoutName({ operation, operationName }: FetchNode): string {
  return operationName === undefined ? operation : operation.replace(operationName, '');
}

function openBody({ operation, operationName }: FetchNode): string {
  const name =
    operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return `{"query":${JSON.stringify(operation)}${name},"variables":{`;
}

function usesContext(node: PlanNode): boolean {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.some(usesContext);
    case 'Flatten':
      return usesContext(node.node);
    case 'Condition':
      return [node.ifClause, node.elseClause].some(
        (clause) => clause !== undefined && usesContext(clause),
      );
    case 'Fetch':
      return (
        (node.contextRewrites ?? []).length > 0 ||
        (node.parts ?? []).some((part) => usesContext(part))
      );
    case 'Subscription':
      return node.rest !== undefined && usesContext(node.rest);
    case 'Defer':
      return [node.primary, ...node.deferred].some(
        ({ node: part }) => part !== undefined && usesContext(part),
      );
  }
}
