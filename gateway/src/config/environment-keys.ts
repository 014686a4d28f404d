import { z } from 'zod';
import { configSchema } from './config-schema.ts';

/** One option that the environment can set. */
export interface EnvironmentKey {
  /** Such as GATEWAY_LIMITS_DEPTH_MAX. */
  readonly name: string;
  /** A variable that other programs read, too; it holds where the own one is not set. */
  readonly commonName: string | undefined;
  /** Where it stands in the configuration: `['limits', 'depthMax']`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly default: unknown;
  /** JSON Schema type of the value: the text of a list is split at commas. */
  readonly type: string;
}

interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/**
 * The JSON schema of the configuration file, as published in gateway.schema.json. A file may leave
 * out what the command line or the environment says, so nothing in it is required.
 */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const { required: _, ...schema } = z.toJSONSchema(configSchema, { io: 'input' });
  return { title: 'Plaza gateway', ...schema };
}

/** Variables that are not the gateway's own, by the path of the option that they set. */
const commonNames: Readonly<Record<string, string>> = {
  'redis.urls': 'REDIS_URL',
  'telemetry.serviceName': 'OTEL_SERVICE_NAME',
  'telemetry.otlp.endpoint': 'OTEL_EXPORTER_OTLP_ENDPOINT',
};

/**
 * The environment variable of every option that has a fixed place: GATEWAY_ and the path in upper
 * case. Derived from the schema, so that no option can lack one. Maps and lists of maps need a file.
 */
export const environmentKeys: readonly EnvironmentKey[] = keysBelow(
  configJsonSchema() as SchemaNode,
  [],
);

/** GATEWAY_CONFIG names the file; it is no option of the file itself. */
export const configFileVariable = 'GATEWAY_CONFIG';

function keysBelow(node: SchemaNode, path: readonly string[]): EnvironmentKey[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const childPath = [...path, key];
    if (child.properties !== undefined) return keysBelow(child, childPath);
    // Of several types the first: text that does not fit it stays text.
    const type = child.type ?? child.anyOf?.[0]?.type;
    if (type === undefined || type === 'object') return [];
    if (child.type === 'array' && child.items?.type !== 'string') return [];
    const { description = '', default: defaultValue } = child;
    const commonName = commonNames[childPath.join('.')];
    const name = variableName(childPath);
    return [{ name, commonName, path: childPath, description, default: defaultValue, type }];
  });
}

function variableName(path: readonly string[]): string {
  const words = path.map((part) => part.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase());
  return ['GATEWAY', ...words].join('_');
}

/** The text of a variable as the type that its option has; text that does not fit stays text. */
export function parseVariable(text: string, type: string): unknown {
  switch (type) {
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      if (text === 'true') return true;
      return text === 'false' ? false : text;
    case 'array':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    default:
      return text;
  }
}

/** The text of .env.example: every variable with what it does and its default, none of them set. */
export function environmentExample(): string {
  const entries = environmentKeys.map(({ description, name, commonName, ...key }) => {
    const otherwise = commonName === undefined ? '' : `# Where it is not set: ${commonName}\n`;
    return `# ${description}\n${otherwise}# ${name}=${defaultText(key.default)}\n`;
  });
  const file = '# Path of the YAML configuration file; its schema is gateway.schema.json.';
  return `${file}\n# ${configFileVariable}=\n\n${entries.join('\n')}`;
}

function defaultText(value: unknown): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.join(',') : String(value);
}
