/** A GraphQL response map (GraphQL, section 7.1), as JSON is read. */
export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: unknown };
  }[];
}

/** Differences that are looked for in one answer. */
const differencesMax = 10;

/**
 * Where two answers to one query differ, at most ten places: `data.products.*.name`, or `errors` with
 * path and code. Items of lists are all called `*`, so that answers of one kind differ at few places.
 * Messages of errors and extensions are not compared. Values are never told: they may be data of people.
 */
export function compareAnswers(live: Answer, candidate: Answer): readonly string[] {
  const differences = new Set<string>();
  compare(live.data ?? null, candidate.data ?? null, 'data', differences);
  for (const error of onlyIn(errorsOf(live), errorsOf(candidate))) {
    differences.add(`errors: ${error} only live`);
  }
  for (const error of onlyIn(errorsOf(candidate), errorsOf(live))) {
    differences.add(`errors: ${error} only in the candidate`);
  }
  return [...differences].slice(0, differencesMax);
}

function compare(live: unknown, candidate: unknown, at: string, differences: Set<string>): void {
  if (differences.size >= differencesMax || live === candidate) return;
  if (Array.isArray(live) && Array.isArray(candidate)) {
    if (live.length !== candidate.length) differences.add(`${at} has another length`);
    const length = Math.min(live.length, candidate.length);
    for (let index = 0; index < length; index += 1) {
      compare(live[index], candidate[index], `${at}.*`, differences);
    }
    return;
  }
  if (!isMap(live) || !isMap(candidate)) {
    differences.add(at);
    return;
  }
  for (const key of new Set([...Object.keys(live), ...Object.keys(candidate)])) {
    const of = (map: Readonly<Record<string, unknown>>): unknown =>
      Object.hasOwn(map, key) ? map[key] : undefined;
    compare(of(live), of(candidate), `${at}.${key}`, differences);
  }
}

function errorsOf({ errors }: Answer): readonly string[] {
  return (errors ?? []).map(({ path = [], extensions }) => {
    const at = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
    return `${String(extensions?.code)}${at === '' ? '' : ` at ${at}`}`;
  });
}

function onlyIn(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return some.filter((one) => !known.has(one));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
