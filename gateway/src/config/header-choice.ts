import type { z } from 'zod';

interface HeaderRules {
  readonly rename?: Readonly<Record<string, string>> | undefined;
  readonly remove?: readonly string[] | undefined;
}

interface Choice {
  readonly headers?: {
    readonly forward?: readonly string[];
    readonly identity?: readonly { readonly name?: unknown }[];
  };
  readonly subgraphDefaults?: { readonly headers?: HeaderRules | undefined };
  readonly subgraphs?: Readonly<
    Record<string, { readonly headers?: HeaderRules | undefined } | undefined>
  >;
}

/**
 * Reports rules for client headers that reach no subgraph: `headers` lists those that do, by which
 * answers are told apart. And no header of a client may come to say who it is.
 */
export function checkHeaderChoice(choice: Choice, context: z.RefinementCtx): void {
  const { headers, subgraphDefaults, subgraphs = {} } = choice;
  // Whatever else is wrong with these is reported by others.
  const identity = listOf(headers?.identity).map((rule) => toLower(Object(rule).name));
  const known = [...listOf(headers?.forward).map(toLower), ...identity];
  const check = (path: readonly string[], rules: HeaderRules | undefined): void => {
    const report = (message: string): void =>
      context.addIssue({ code: 'custom', path: [...path, 'headers'], message });
    const renames = Object.entries(Object(rules?.rename));
    const renamed = renames.map(([from]) => from);
    for (const name of [...renamed, ...listOf(rules?.remove)].map(toLower)) {
      if (known.includes(name)) continue;
      report(`names ${name}, which is not in headers.forward or headers.identity`);
    }
    for (const [, to] of renames) {
      if (!identity.includes(toLower(to))) continue;
      report(`would let clients send ${toLower(to)}, which headers.identity sets`);
    }
  };
  check(['subgraphDefaults'], subgraphDefaults?.headers);
  for (const [name, own] of Object.entries(subgraphs)) check(['subgraphs', name], own?.headers);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function toLower(name: unknown): string {
  return String(name).toLowerCase();
}
