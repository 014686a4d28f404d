/** What one engine answered to one operation, in the JSON form that a client would see. */
export interface Answer {
  readonly data: unknown;
  readonly errors: readonly AnswerError[];
  /** Calls to subgraphs; undefined where the engine has none. */
  readonly subgraphCalls?: number;
  /** Apollo alone: non-null violations that it reports outside of `errors`. */
  readonly valueCompletion?: readonly AnswerError[];
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
}

interface RawResult {
  readonly data?: unknown;
  readonly errors?: readonly AnswerError[];
  readonly extensions?: { readonly valueCompletion?: readonly AnswerError[] };
}

/** Takes a result through JSON, so that two engines' results can be compared as texts. */
export function toAnswer(result: unknown, subgraphCalls?: number): Answer {
  const { data, errors = [], extensions } = result as RawResult;
  const completion = extensions?.valueCompletion;
  return {
    data: JSON.parse(JSON.stringify(data ?? null)),
    errors: errors.map(toAnswerError),
    ...(subgraphCalls === undefined ? {} : { subgraphCalls }),
    ...(completion === undefined ? {} : { valueCompletion: completion.map(toAnswerError) }),
  };
}

function toAnswerError({ message, path }: AnswerError): AnswerError {
  return path === undefined ? { message } : { message, path };
}

/** Equal values with equal key order. */
export function isEqualData(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The paths of an answer's errors, each once, sorted; an error without a path is `''`. */
export function errorPathsOf(answer: Answer): readonly string[] {
  return [...new Set(answer.errors.map((error) => (error.path ?? []).join('.')))].toSorted();
}
