import type { z } from 'zod';

interface Choice {
  readonly supergraph?: string | undefined;
  readonly lastGoodSupergraph?: string | undefined;
  readonly subgraphs?: Readonly<Record<string, SubgraphSource>>;
}

interface SubgraphSource {
  readonly url?: string | undefined;
  readonly urls?: readonly string[] | undefined;
  readonly sdl?: string | undefined;
}

/** Reports what is missing, or too much, to know where the supergraph comes from. */
export function checkSupergraphChoice(choice: Choice, context: z.RefinementCtx): void {
  const { supergraph, lastGoodSupergraph, subgraphs = {} } = choice;
  const report = (path: string[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  if (supergraph === undefined && Object.keys(subgraphs).length === 0) {
    report(['supergraph'], 'is missing: name a supergraph file or URL with --supergraph');
  }
  if (supergraph !== undefined && supergraph === lastGoodSupergraph) {
    report(['lastGoodSupergraph'], 'must be another file than the supergraph');
  }
  for (const [name, source] of Object.entries(subgraphs)) {
    // Whatever else is wrong with the settings is reported by others.
    const { url, urls, sdl } = Object(source) as SubgraphSource;
    if (url !== undefined && urls !== undefined) {
      report(['subgraphs', name, 'urls'], 'stands instead of url: leave one of them out');
    }
    if (supergraph === undefined && url === undefined && urls === undefined) {
      report(['subgraphs', name, 'url'], 'is missing: without a supergraph each subgraph needs it');
    }
    if (supergraph !== undefined && sdl !== undefined) {
      report(['subgraphs', name, 'sdl'], 'is not read: the supergraph says it already');
    }
  }
}
