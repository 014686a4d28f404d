/** A text with places for what a subscription is about and for who subscribes. */
export interface Template {
  readonly parts: readonly TemplatePart[];
  /** True when it names the viewer, who must be known then. */
  readonly needsViewer: boolean;
}

type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'viewerId' };

export interface TemplateValues {
  /** Coerced arguments of the subscription field. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly viewerId: string | undefined;
}

/**
 * Reads a template: text with `{args.<name>}` and `{viewer.id}`. `checkArgument` says what is wrong
 * with an argument. Throws Error, to be read after the field's name.
 */
export function parseTemplate(
  text: string,
  checkArgument: (name: string) => string | undefined,
): Template {
  const parts = text.split(/(\{[^{}]*\})/).flatMap((part): TemplatePart[] => {
    if (part === '') return [];
    if (!/[{}]/.test(part)) return [{ kind: 'text', text: part }];
    if (part === '{viewer.id}') return [{ kind: 'viewerId' }];
    const name = /^\{args\.([_A-Za-z]\w*)\}$/.exec(part)?.[1];
    if (name === undefined) {
      const known = '{args.<name>} and {viewer.id}';
      throw new Error(`"${part}" in "${text}" is no placeholder: there are ${known}`);
    }
    const problem = checkArgument(name);
    if (problem !== undefined) throw new Error(`"${part}" in "${text}" ${problem}`);
    return [{ kind: 'argument', name }];
  });
  if (parts.length === 0) throw new Error('a template is empty');
  return { parts, needsViewer: parts.some(({ kind }) => kind === 'viewerId') };
}

/** The text with its places filled, each value as `write` puts it there. */
export function fillTemplate(
  { parts }: Template,
  { arguments: given, viewerId = '' }: TemplateValues,
  write: (value: string) => string = (value) => value,
): string {
  const fill = (part: TemplatePart): string => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'argument':
        return write(String(given[part.name]));
      case 'viewerId':
        return write(viewerId);
    }
  };
  return parts.map(fill).join('');
}

/**
 * A value as one piece of a topic: all but letters, digits, `_` and `-` percent-encoded, so that no
 * value can reach into another topic by a dot or a colon of its own.
 */
export function writeTopicPart(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[.!~*'()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
