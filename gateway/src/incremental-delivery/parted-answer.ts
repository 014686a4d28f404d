import type { GraphQLError } from 'graphql';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import type { ProjectedResponse } from '../pipeline/project-response.ts';
import type { DeferredObject } from '../projection/deferred-object.ts';
import { locateInResponse } from '../projection/locate-errors.ts';
import type { ProjectedData } from '../projection/project-data.ts';
import { projectData, projectDeferred } from '../projection/project-data.ts';
import { SelectedNames } from '../projection/selected-names.ts';
import type { ResponsePath } from '../query-plan/data-path.ts';
import { dataKeysOf } from '../query-plan/data-path.ts';
import type { ExecutedPlan } from '../query-plan/execute-plan.ts';
import type { FetchError } from '../query-plan/fetch-errors.ts';
import type { DataObject } from '../query-plan/merge-data.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import { addToHeld, fitToHeld, objectAt } from './held-data.ts';
import type { ToldError } from './part-errors.ts';
import { errorsToTell, failureAt, PartErrors } from './part-errors.ts';
import type { PlanPart } from './plan-parts.ts';

/** A deferred fragment of one object, which the client knows is to come. */
export interface StartedPart {
  readonly id: string;
  /** From the root of the response to the object. */
  readonly path: ResponsePath;
  /** The client's, if it gave one. */
  readonly label: string | undefined;
}

export interface AnsweredPart extends StartedPart {
  /** JSON; `null` when a null that is not allowed reached the object, or the part was given up. */
  readonly data: string;
  /** Each has its whole path and `extensions.code`; there is one at least where the data are null. */
  readonly errors: readonly GraphQLError[];
}

/** What a client is told next. */
export interface PartsPayload {
  readonly answered: readonly AnsweredPart[];
  readonly started: readonly StartedPart[];
  readonly hasNext: boolean;
  /** The errors that no earlier payload had, each once, however many parts tell it. */
  readonly newErrors: readonly GraphQLError[];
}

interface PendingPart extends StartedPart {
  readonly object: DeferredObject;
}

/** All parts that wait for one part of the plan. */
interface PendingParts {
  readonly parts: PendingPart[];
  /** Errors of the parts that these are in. */
  readonly inherited: readonly FetchError[];
}

/** What the parts of one answer are made of. */
export interface AnswerSource {
  readonly normalized: NormalizedOperation;
  readonly view: GraphView;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Its data grow while the parts of the plan go on. */
  readonly executed: ExecutedPlan;
}

/**
 * Makes the parts of one answer. Parts add to what the client holds and take nothing back: what it
 * was told is null stays null, and a part fails as a whole rather than make null what it has.
 */
export class PartedAnswer {
  readonly #source: AnswerSource;
  readonly #pending = new Map<string, PendingParts>();
  readonly #told = new Set<unknown>();
  #held: DataObject | null = null;
  #started: StartedPart[] = [];
  #newErrors: GraphQLError[] = [];
  #ids = 0;

  constructor(source: AnswerSource) {
    this.#source = source;
  }

  /** Labels of the parts of the plan that something waits for. */
  get pendingLabels(): readonly string[] {
    return [...this.#pending.keys()];
  }

  /** What is not deferred, and the parts that will follow. To be called first. */
  begin(): ProjectedResponse & Pick<PartsPayload, 'started'> {
    const { normalized, view, variables, executed } = this.#source;
    const own = locateInResponse(executed.errors, normalized);
    const from = { ...executed, errors: own };
    const { data, errors, deferred } = projectData(normalized, view, variables, from);
    const text = JSON.stringify(data);
    const candidates = new PartErrors(0, { own, inherited: [] }).at([]);
    const told = errorsToTell(candidates, { path: [], data, selects: () => true });
    this.#held = data;
    this.#start(deferred, own);
    return { data: text, errors: this.#tell(told, errors), started: this.#takeStarted() };
  }

  /** The payload of parts of the plan that have ended, by label; undefined where it has none. */
  next(ended: ReadonlyMap<string, PlanPart | undefined>): PartsPayload {
    const answered = [...ended].flatMap(([label, planPart]) => {
      const pending = this.#take(label);
      if (planPart?.failure !== undefined) return this.#giveUp(pending, planPart.failure);
      return this.#answer(pending, planPart?.errors ?? []);
    });
    return this.#payload(answered);
  }

  /** The last payload: all that is pending was given up. */
  fail(reason: unknown): PartsPayload {
    const pending = this.pendingLabels.map((label) => this.#take(label));
    return this.#payload(pending.flatMap((parts) => this.#giveUp(parts, reason)));
  }

  #answer({ parts, inherited }: PendingParts, fetchErrors: readonly FetchError[]): AnsweredPart[] {
    const [first] = parts;
    if (first === undefined) return [];
    const { normalized } = this.#source;
    const own = locateInResponse(fetchErrors, normalized);
    const errors = new PartErrors(first.path.length, { own, inherited });
    const names = new SelectedNames([first.object.selectionSet], normalized.fragments);
    const all = [...inherited, ...own];
    return parts.map((part) => {
      const { data, ...projected } = this.#project(part, errors.at(part.path));
      const text = JSON.stringify(data);
      const selects = (path: ResponsePath): boolean => names.trim(path).length > 0;
      const told = errorsToTell(errors.at(part.path), { path: part.path, data, selects });
      const held = objectAt(this.#held, part.path);
      if (data !== null && held !== undefined) {
        addToHeld(data, held);
        this.#start(projected.deferred, all);
      }
      return toAnswered(part, text, this.#tell(told, projected.errors));
    });
  }

  #project({ object, path }: PendingPart, errors: readonly FetchError[]): ProjectedData {
    const { normalized, view, variables, executed } = this.#source;
    const from = { ...executed, errors };
    const projected = projectDeferred(normalized, view, variables, from, object);
    const held = objectAt(this.#held, path);
    const fits = projected.data !== null && held !== undefined && fitToHeld(projected.data, held);
    return fits ? projected : { ...projected, data: null };
  }

  #giveUp({ parts }: PendingParts, reason: unknown): AnsweredPart[] {
    return parts.map((part) => {
      const failure = { told: failureAt(part.path, reason), original: reason };
      return toAnswered(part, 'null', this.#tell([failure], []));
    });
  }

  /** Parts of objects that the client does not hold, since they became null, never begin. */
  #start(deferred: readonly DeferredObject[], inherited: readonly FetchError[]): void {
    for (const object of deferred) {
      const path = dataKeysOf(object.path);
      if (objectAt(this.#held, path) === undefined) continue;
      const label = this.#source.normalized.deferredLabels?.get(object.label);
      const part: PendingPart = { id: String(this.#ids), path, label, object };
      this.#ids += 1;
      this.#started.push({ id: part.id, path, label });
      const pending = this.#pending.get(object.label);
      if (pending === undefined) this.#pending.set(object.label, { parts: [part], inherited });
      else pending.parts.push(part);
    }
  }

  #take(label: string): PendingParts {
    const pending = this.#pending.get(label);
    this.#pending.delete(label);
    return pending ?? { parts: [], inherited: [] };
  }

  #tell(told: readonly ToldError[], own: readonly GraphQLError[]): GraphQLError[] {
    for (const error of [...told, ...own.map((one) => ({ told: one, original: one }))]) {
      if (this.#told.has(error.original)) continue;
      this.#told.add(error.original);
      this.#newErrors.push(error.told);
    }
    return [...told.map((error) => error.told), ...own];
  }

  #payload(answered: readonly AnsweredPart[]): PartsPayload {
    const newErrors = this.#newErrors;
    this.#newErrors = [];
    return { answered, started: this.#takeStarted(), hasNext: this.#pending.size > 0, newErrors };
  }

  #takeStarted(): readonly StartedPart[] {
    const started = this.#started;
    this.#started = [];
    return started;
  }
}

function toAnswered(
  { id, path, label }: PendingPart,
  data: string,
  errors: readonly GraphQLError[],
): AnsweredPart {
  return { id, path, label, data, errors };
}
