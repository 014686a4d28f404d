import type { FieldNode, FragmentDefinitionNode, SelectionNode } from 'graphql';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
} from 'graphql';
import { meetsTypeCondition } from '../query-plan/type-condition.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { CacheHint, SubgraphCacheRules } from './cache-rules.ts';

/** How long what a selection brings may be kept, for whom, and of which types it is. */
export interface SelectionPolicy {
  /** 0: not cached. */
  readonly maxAgeMs: number;
  /** Time after `maxAgeMs` for which it may stand in for an answer that cannot be had; 0: none. */
  readonly staleIfErrorMs: number;
  readonly scope: 'public' | 'private';
  /** Schema coordinate that decides `maxAgeMs`, for operators who ask why. */
  readonly decidedBy: string;
  /** Schema coordinate that makes it private. */
  readonly privateBy: string | undefined;
  /**
   * Of a private answer: all viewers who have the same of these scopes get the same. Undefined: each
   * viewer gets their own.
   */
  readonly varyByScopes: readonly string[] | undefined;
  /** Composite types that the answer may have, as the subgraph knows them. */
  readonly types: readonly string[];
  /** Those of them that are entities within the answer: not the one that an entity fetch is for. */
  readonly entityTypes: readonly string[];
}

interface ReadingParts {
  readonly snapshot: SupergraphSnapshot;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/**
 * Reads a selection by Apollo's rules: what a field says counts before what its return type says; root
 * fields and fields of composite types for which neither says how long are not cached, unless they
 * inherit; leaf fields inherit. The least counts. `@skip` and `@include` do not.
 */
export class PolicyReading {
  readonly #subgraph: string;
  readonly #snapshot: SupergraphSnapshot;
  readonly #rules: SubgraphCacheRules;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #types = new Set<string>();
  readonly #nested = new Set<string>();
  #maxAge = Number.POSITIVE_INFINITY;
  #staleIfError = Number.POSITIVE_INFINITY;
  #decidedBy = '';
  #privateBy: string | undefined;
  /** Undefined once something private is each viewer's own. */
  #scopes: Set<string> | undefined = new Set();

  constructor(subgraph: string, rules: SubgraphCacheRules, parts: ReadingParts) {
    this.#subgraph = subgraph;
    this.#rules = rules;
    this.#snapshot = parts.snapshot;
    this.#fragments = parts.fragments;
  }

  readRootFields(selections: readonly SelectionNode[], root: string): void {
    this.#read(selections, root, true);
  }

  /** What is selected of an entity; its type says how long, or it is not cached. */
  readEntity(selections: readonly SelectionNode[], typename: string): void {
    const hint = this.#rules.hints.get(typename) ?? {};
    this.restrict({ maxAge: 0, staleIfError: 0, ...hint }, typename);
    this.#types.add(typename);
    this.#read(selections, typename, false);
  }

  /** Lets the answer be kept no longer than the hint says, where it says something. */
  restrict(hint: CacheHint, coordinate: string): void {
    const { maxAge, staleIfError, scope, varyByScopes } = hint;
    if (maxAge !== undefined && maxAge < this.#maxAge) {
      this.#maxAge = maxAge;
      this.#decidedBy = coordinate;
    }
    if (staleIfError !== undefined) this.#staleIfError = Math.min(this.#staleIfError, staleIfError);
    if (scope !== 'private') return;
    this.#privateBy ??= coordinate;
    if (varyByScopes === undefined) this.#scopes = undefined;
    else for (const name of varyByScopes) this.#scopes?.add(name);
  }

  toPolicy(): SelectionPolicy {
    const isCached = this.#maxAge > 0 && Number.isFinite(this.#maxAge);
    const canBeStale = isCached && Number.isFinite(this.#staleIfError);
    return {
      maxAgeMs: isCached ? this.#maxAge * 1_000 : 0,
      staleIfErrorMs: canBeStale ? this.#staleIfError * 1_000 : 0,
      scope: this.#privateBy === undefined ? 'public' : 'private',
      decidedBy: this.#decidedBy,
      privateBy: this.#privateBy,
      varyByScopes:
        this.#privateBy === undefined || this.#scopes === undefined
          ? undefined
          : [...this.#scopes].sort(),
      types: [...this.#types],
      entityTypes: [...this.#nested].filter((name) => this.#isEntity(name)),
    };
  }

  #read(selections: readonly SelectionNode[], parent: string, isRoot: boolean): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (!selection.name.value.startsWith('__')) this.#readField(selection, parent, isRoot);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : this.#fragments.get(selection.name.value);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value ?? parent;
      const type = this.#narrow(parent, condition);
      if (type !== undefined) this.#read(fragment.selectionSet.selections, type, isRoot);
    }
  }

  /** What an object of the type is where it meets the condition; undefined when it never does. */
  #narrow(parent: string, condition: string): string | undefined {
    const { executionSchema } = this.#snapshot;
    if (condition === parent) return parent;
    if (isObjectType(executionSchema.getType(parent))) {
      return meetsTypeCondition(parent, condition, executionSchema) ? parent : undefined;
    }
    this.#addType(condition);
    this.restrict(this.#rules.hints.get(condition) ?? {}, condition);
    return condition;
  }

  #readField({ name: { value: name }, selectionSet }: FieldNode, parent: string, isRoot: boolean) {
    const { hints, fieldTypes } = this.#rules;
    const { executionSchema } = this.#snapshot;
    const coordinate = `${parent}.${name}`;
    const type = executionSchema.getType(parent);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    const returned = fieldTypes.get(coordinate) ?? (field && getNamedType(field.type).name);
    if (returned === undefined) {
      this.restrict({ maxAge: 0 }, coordinate);
      return;
    }
    const own = hints.get(coordinate) ?? {};
    const ofType = hints.get(returned) ?? {};
    const isComposite = isCompositeType(executionSchema.getType(returned));
    const inherits = own.inheritMaxAge === true || ofType.inheritMaxAge === true;
    const mustSay = isRoot || (isComposite && !inherits);
    this.restrict(own, coordinate);
    this.restrict(restOf(ofType, own), returned);
    if (mustSay) this.restrict(silenceOf({ ...ofType, ...own }), coordinate);
    this.#protect(returned, [own, ofType]);
    this.#readImplementers(parent, name, own);
    if (!isComposite) return;
    this.#addType(returned);
    this.#read(selectionSet?.selections ?? [], returned, false);
  }

  /** A field of an interface is a field of every type that may stand there. */
  #readImplementers(parent: string, name: string, own: CacheHint): void {
    const { hints } = this.#rules;
    for (const typeName of [parent, ...this.#possibleTypes(parent)]) {
      const coordinate = `${typeName}.${name}`;
      const hint = hints.get(coordinate) ?? own;
      this.restrict(hint, coordinate);
      this.#protect(coordinate, [hint]);
      this.#protect(typeName, [hint, hints.get(typeName)]);
    }
  }

  /** What only some may see is private, unless somebody says that it is the same for all of them. */
  #protect(coordinate: string, hints: readonly (CacheHint | undefined)[]): void {
    if (!this.#snapshot.accessRules.has(coordinate)) return;
    if (hints.some((hint) => hint?.scope === 'public')) return;
    this.restrict({ scope: 'private' }, coordinate);
  }

  #addType(name: string): void {
    for (const one of [name, ...this.#possibleTypes(name)]) {
      this.#types.add(one);
      this.#nested.add(one);
    }
  }

  /** The types of the subgraph that may stand for an abstract one. */
  #possibleTypes(name: string): readonly string[] {
    const { executionSchema } = this.#snapshot;
    const type = executionSchema.getType(name);
    if (!isAbstractType(type)) return [];
    const { typeNames } = this.#rules;
    return executionSchema
      .getPossibleTypes(type)
      .map((possible) => possible.name)
      .filter((possible) => typeNames.has(possible));
  }

  #isEntity(name: string): boolean {
    return this.#snapshot.entityKeys.of(this.#subgraph, name).length > 0;
  }
}

/** What a hint leaves to its place where nothing else says it. */
function silenceOf({ maxAge, staleIfError }: CacheHint): CacheHint {
  return {
    ...(maxAge === undefined ? { maxAge: 0 } : {}),
    ...(staleIfError === undefined ? { staleIfError: 0 } : {}),
  };
}

/** What the type says that its field does not. */
function restOf(hint: CacheHint, own: CacheHint): CacheHint {
  const { maxAge, staleIfError, scope, varyByScopes } = hint;
  return {
    ...(maxAge !== undefined && own.maxAge === undefined && { maxAge }),
    ...(staleIfError !== undefined && own.staleIfError === undefined && { staleIfError }),
    ...(scope !== undefined && own.scope === undefined && { scope }),
    ...(varyByScopes !== undefined && own.scope === undefined && { varyByScopes }),
  };
}
