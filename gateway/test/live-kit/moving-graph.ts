import type { Subgraph } from '../kit/define-subgraph.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';
import { EventFeed } from '../kit/event-feed.ts';
import type { MatchEvent } from './match-subgraphs.ts';

/**
 * One graph in several versions. The servers of the first can answer all of them; what the gateway
 * asks of whom follows from the version that it serves.
 */
export interface MovingGraph {
  readonly feed: EventFeed<MatchEvent>;
  /** `score` comes from the statistics. */
  readonly first: readonly Subgraph[];
  /** The same, with one field less that nobody follows. */
  readonly other: readonly Subgraph[];
  /** `score` comes with the match, so that more is asked of the matches. */
  readonly moved: readonly Subgraph[];
  /** `matchChanged` is gone. */
  readonly without: readonly Subgraph[];
  /** Whoever follows a match must be signed in. */
  readonly guarded: readonly Subgraph[];
}

const score = 3;

export function createMovingGraph(): MovingGraph {
  const feed = new EventFeed<MatchEvent>();
  const matchesWith = (subscription: string): Subgraph =>
    defineSubgraph({
      name: 'matches',
      typeDefs: `
        type Query { match(id: ID!): Match }
        type Subscription { ${subscription} }
        type Match @key(fields: "id") { id: ID! seq: Int! score: Int }
      `,
      resolvers: {
        Query: { match: (_source, { id }) => ({ id, seq: 0 }) },
        Subscription: Object.fromEntries(
          ['matchChanged', 'lastMatch']
            .filter((name) => subscription.includes(name))
            .map((name) => [
              name,
              { subscribe: () => feed.subscribe(), resolve: (event: unknown) => event },
            ]),
        ),
        Match: { score: () => score },
      },
    });
  const statsWith = (fields: string): Subgraph =>
    defineSubgraph({
      name: 'stats',
      typeDefs: `type Match @key(fields: "id") { id: ID! ${fields} }`,
      resolvers: {
        Match: {
          __resolveReference: ({ id }) => ({ id }),
          ...(fields.includes('score') ? { score: () => score } : {}),
        },
      },
    });
  const field = 'matchChanged(id: ID!): Match';
  const matches = matchesWith(field);
  const scored = 'score: Int @override(from: "matches")';
  return {
    feed,
    first: [matches, statsWith(`shots: Int saves: Int ${scored}`)],
    other: [matches, statsWith(`shots: Int ${scored}`)],
    moved: [matches, statsWith('shots: Int saves: Int')],
    without: [matchesWith('lastMatch: Match'), statsWith(`shots: Int saves: Int ${scored}`)],
    guarded: [matchesWith(`${field} @authenticated`), statsWith(`shots: Int saves: Int ${scored}`)],
  };
}
