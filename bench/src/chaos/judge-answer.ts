/** What became of one request. */
export type Verdict =
  /** The whole answer. */
  | 'right'
  /** Less than that, with errors that say so. */
  | 'partial'
  /** Data that are not those of the whole answer, or less of them without a word. */
  | 'wrong'
  /** No GraphQL answer at all. */
  | 'failed';

/** Codes of errors about what is down. */
const outageCodes: ReadonlySet<unknown> = new Set([
  'DOWNSTREAM_SERVICE_ERROR',
  'SUBGRAPH_UNAVAILABLE',
  'GATEWAY_TIMEOUT',
  'OVERLOADED',
]);

/** Compares an answer with the whole one. */
export function judgeAnswer(text: string, whole: string): Verdict {
  if (text === whole) return 'right';
  const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
  if (!Array.isArray(errors) || errors.length === 0) return 'wrong';
  const codes = errors.map((error: { extensions?: { code?: unknown } }) => error.extensions?.code);
  if (!codes.every((code) => outageCodes.has(code))) return 'wrong';
  if (data === undefined || data === null) return 'partial';
  return isPartOf(data, (JSON.parse(whole) as { data: unknown }).data) ? 'partial' : 'wrong';
}

/** True when the data are the same but for nulls. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (part === null || part === whole) return true;
  if (typeof part !== 'object' || typeof whole !== 'object' || whole === null) return false;
  const keys = Object.keys(part);
  if (keys.length !== Object.keys(whole).length) return false;
  return keys.every((key) =>
    isPartOf(
      (part as Readonly<Record<string, unknown>>)[key],
      (whole as Readonly<Record<string, unknown>>)[key],
    ),
  );
}
