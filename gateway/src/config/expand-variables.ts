import { configJsonSchema, parseVariable } from './environment-keys.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that an option names and nobody has set. */
export interface UnsetVariable {
  /** Path of the option. */
  readonly at: string;
  readonly name: string;
}

interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
}

/** `${NAME}`, `${NAME:-default}`, or `$${`, which stands for `${`. */
const reference = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/**
 * Puts variables of the environment into the texts of a configuration: `${NAME}`, or `${NAME:-default}`
 * where it may be unset or empty. An option that is nothing but one variable gets the type that its
 * schema wants. Which variables are not set is told, so that all are reported at once; `origins` learns
 * where options come from.
 */
export function expandVariables(
  content: unknown,
  environment: Environment,
  origins: Map<string, string>,
): { readonly value: unknown; readonly unset: readonly UnsetVariable[] } {
  const unset: UnsetVariable[] = [];
  const expandText = (text: string, at: string, node: SchemaNode | undefined): unknown => {
    const names: string[] = [];
    const expanded = text.replaceAll(reference, (whole, name?: string, otherwise?: string) => {
      if (name === undefined) return '${';
      names.push(name);
      const value = environment[name];
      if (value !== undefined && value !== '') return value;
      if (otherwise === undefined) unset.push({ at, name });
      return otherwise ?? whole;
    });
    if (names.length === 0) return expanded;
    origins.set(at, names.join(', '));
    const isAlone = text.replace(reference, '') === '' && names.length === 1;
    return isAlone ? parseVariable(expanded, node?.type ?? 'string') : expanded;
  };
  const expand = (value: unknown, path: readonly string[], node?: SchemaNode): unknown => {
    if (typeof value === 'string') return expandText(value, path.join('.'), node);
    if (Array.isArray(value)) {
      return value.map((item, index) => expand(item, [...path, String(index)], node?.items));
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [
        key,
        expand(child, [...path, key], childOf(node, key)),
      ]),
    );
  };
  return { value: expand(content, [], configJsonSchema() as SchemaNode), unset };
}

function childOf(node: SchemaNode | undefined, key: string): SchemaNode | undefined {
  const { properties, additionalProperties } = node ?? {};
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}
