import { GraphQLError } from 'graphql';
import type { Subgraph } from '../kit/define-subgraph.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';
import { EventFeed } from '../kit/event-feed.ts';

/** A match as its subgraph announces it: numbered, so that a lost or doubled event shows. */
export interface MatchEvent {
  readonly id: string;
  readonly seq: number;
  readonly homeTeam?: string;
}

/** Live matches in one subgraph, their teams in another. */
export interface MatchGraph {
  readonly subgraphs: readonly Subgraph[];
  readonly feed: EventFeed<MatchEvent>;
  /** From now on subscriptions are refused with this error code. */
  refuseWith(code: string): void;
}

const teamNames: Readonly<Record<string, string>> = { ajax: 'Ajax', boca: 'Boca Juniors' };

/** Creates the graph with a feed of its own. */
export function createMatchGraph(): MatchGraph {
  const feed = new EventFeed<MatchEvent>();
  let refusal: GraphQLError | undefined;
  const matches = defineSubgraph({
    name: 'matches',
    typeDefs: `
      type Query { match(id: ID!): Match lastMatch: Match }
      type Subscription { matchChanged(id: ID!): Match goal: Match! }
      type Match @key(fields: "id") { id: ID! seq: Int! home: Team! }
      type Team @key(fields: "id", resolvable: false) { id: ID! }
    `,
    resolvers: {
      Query: { match: (_source, { id }) => ({ id, seq: 0 }) },
      Subscription: {
        matchChanged: {
          subscribe: () => {
            if (refusal !== undefined) throw refusal;
            return feed.subscribe();
          },
          resolve: (event) => event,
        },
        goal: { subscribe: () => feed.subscribe(), resolve: (event) => event },
      },
      Match: { home: ({ homeTeam = 'ajax' }) => ({ id: homeTeam }) },
    },
  });
  const teams = defineSubgraph({
    name: 'teams',
    typeDefs: `
      type Query { team(id: ID!): Team }
      type Team @key(fields: "id") { id: ID! name: String }
    `,
    resolvers: {
      Query: { team: (_source, { id }) => ({ id }) },
      Team: {
        __resolveReference: ({ id }) => ({ id }),
        name: ({ id }) => {
          const name = teamNames[String(id)];
          if (name === undefined) throw new Error(`no team ${String(id)}`);
          return name;
        },
      },
    },
  });
  return {
    subgraphs: [matches, teams],
    feed,
    refuseWith: (code) => {
      refusal = new GraphQLError(`refused with ${code}`, { extensions: { code } });
    },
  };
}
