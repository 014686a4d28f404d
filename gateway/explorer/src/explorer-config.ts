/** An operation that the header's menu offers; it opens in a tab of its own. */
export interface ExplorerExample {
  readonly name: string;
  readonly query: string;
  /** JSON text, or undefined when the operation has no variables. */
  readonly variables: string | undefined;
  readonly headers: string | undefined;
}

/** What the gateway tells the page about its graph. README.md holds the contract of config.json. */
export interface ExplorerConfig {
  /** Absolute URL that operations are posted to. */
  readonly endpoint: string;
  readonly title: string;
  readonly examples: readonly ExplorerExample[];
}

const configTimeoutMs = 5_000;

/**
 * Reads config.json beside the page. A missing file means the defaults: `/graphql`, no examples.
 * Throws an Error that names the wrong key when the file is not of the promised shape.
 */
export async function loadExplorerConfig(): Promise<ExplorerConfig> {
  const response = await fetch(new URL('config.json', document.baseURI), {
    signal: AbortSignal.timeout(configTimeoutMs),
  });
  if (response.status === 404) {
    return parseExplorerConfig({}, location.origin);
  }
  if (!response.ok) {
    throw new Error(`The gateway answered config.json with status ${response.status}.`);
  }
  return parseExplorerConfig(await response.json(), location.origin);
}

function parseExplorerConfig(file: unknown, origin: string): ExplorerConfig {
  const config = toRecord(file, 'config.json');
  const examples = config.examples ?? [];
  if (!Array.isArray(examples)) {
    throw shapeError('examples', 'a list');
  }
  return {
    endpoint: new URL(toText(config.endpoint ?? '/graphql', 'endpoint'), origin).href,
    title: toText(config.title ?? 'Plaza', 'title'),
    examples: examples.map((example, index) => parseExample(example, `examples[${index}]`)),
  };
}

function parseExample(value: unknown, key: string): ExplorerExample {
  const example = toRecord(value, key);
  return {
    name: toText(example.name, `${key}.name`),
    query: toText(example.query, `${key}.query`),
    variables: toJsonText(example.variables, `${key}.variables`),
    headers: toJsonText(example.headers, `${key}.headers`),
  };
}

function toJsonText(value: unknown, key: string): string | undefined {
  return value === undefined ? undefined : JSON.stringify(toRecord(value, key), null, 2);
}

function toText(value: unknown, key: string): string {
  if (typeof value !== 'string') {
    throw shapeError(key, 'a text');
  }
  return value;
}

function toRecord(value: unknown, key: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw shapeError(key, 'an object');
  }
  return Object.fromEntries(Object.entries(value));
}

function shapeError(key: string, expected: string): Error {
  return new Error(`The explorer's config.json is wrong: "${key}" must be ${expected}.`);
}
