import type { Random } from '../random.ts';
import type { SubgraphText } from './derived-graph.ts';
import { drawFields } from './draw-fields.ts';
import { drawJoins } from './draw-joins.ts';
import { drawTypes } from './draw-types.ts';
import { writeSdl } from './write-sdl.ts';

/** Subgraphs that compose as a rule; not all do. */
export function randomSubgraphs(random: Random): readonly SubgraphText[] {
  const draft = drawTypes(random);
  drawFields(draft);
  drawJoins(draft);
  return draft.subgraphs.map((subgraph) => ({
    name: subgraph.name,
    typeDefs: writeSdl(draft, subgraph),
    federation: subgraph.federation,
  }));
}
