import { ownValue } from '../query-plan/own-value.ts';

/** A cache tag with places for the arguments of a root field, or for the key of an entity. */
export interface TagTemplate {
  readonly parts: readonly TagPart[];
}

type TagPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: TagSource; readonly path: readonly string[] };

/** What a tag is filled from: `{$args.x}` of a root field, `{$key.x}` of an entity. */
export type TagSource = 'args' | 'key';

/** A template where it applies. */
export interface AppliedTag {
  readonly template: TagTemplate;
  /** The root field's arguments, defaults among them; throws for variables that it cannot take. */
  readonly argumentsFrom?: (variables: Readonly<Record<string, unknown>>) => TagValues;
}

export interface TagSources {
  /** The representation of the entity. */
  readonly key?: TagValues;
  /** The client's variables, coerced. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

type TagValues = Readonly<Record<string, unknown>>;

/** A longer tag is the work of a client: what would have it is not cached. */
const tagCharactersMax = 1_024;

/**
 * Reads a template: text with `{$args.<name>}` or `{$key.<name>}`, as the source says; names may
 * go on with dots. `checkPath` says what is wrong with one. Throws Error, to be read after the place.
 */
export function parseTagTemplate(
  text: string,
  source: TagSource,
  checkPath: (path: readonly string[]) => string | undefined,
): TagTemplate {
  const parts = text.split(/(\{[^{}]*\})/).flatMap((part): TagPart[] => {
    if (part === '') return [];
    if (!/[{}]/.test(part)) return [{ kind: 'text', text: part }];
    const [, kind, names = ''] = /^\{\$(args|key)((?:\.[_A-Za-z]\w*)+)\}$/.exec(part) ?? [];
    if (kind !== source) {
      const known = `{$${source}.<name>}`;
      throw new Error(`"${part}" in "${text}" is no placeholder: here there is ${known}`);
    }
    const path = names.slice(1).split('.');
    const problem = checkPath(path);
    if (problem !== undefined) throw new Error(`"${part}" in "${text}" ${problem}`);
    return [{ kind: source, path }];
  });
  if (parts.length === 0) throw new Error('the format of a cache tag is empty');
  return { parts };
}

/** The tags with their places filled; undefined when a value is missing: then nothing is cached. */
export function fillTags(
  { tags }: { readonly tags: readonly AppliedTag[] },
  sources: TagSources,
): readonly string[] | undefined {
  const filled: string[] = [];
  for (const tag of tags) {
    const text = fillTag(tag, sources);
    if (text === undefined) return undefined;
    filled.push(text);
  }
  return filled;
}

function fillTag(
  { template, argumentsFrom }: AppliedTag,
  { key = {}, variables = {} }: TagSources,
): string | undefined {
  let given: TagValues | undefined;
  let text = '';
  for (const part of template.parts) {
    if (part.kind === 'text') {
      text += part.text;
      continue;
    }
    if (part.kind === 'args') given ??= readArguments(argumentsFrom, variables);
    const value = valueAt(part.kind === 'args' ? given : key, part.path);
    if (value === undefined) return undefined;
    text += value;
  }
  return text.length > tagCharactersMax ? undefined : text;
}

function readArguments(
  argumentsFrom: AppliedTag['argumentsFrom'],
  variables: Readonly<Record<string, unknown>>,
): TagValues {
  try {
    return argumentsFrom?.(variables) ?? {};
  } catch {
    // The subgraph will say what is wrong with them.
    return {};
  }
}

function valueAt(values: unknown, path: readonly string[]): string | undefined {
  let value = values;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = ownValue(value as Record<string, unknown>, name);
  }
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}
