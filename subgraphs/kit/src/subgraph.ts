import type { IncomingHttpHeaders } from 'node:http';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { FastifyInstance } from 'fastify';
import type { JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import type { Viewer } from './auth/viewer.ts';
import type { SubgraphConfig } from './environment.ts';
import type { FederatedSchema } from './federated-schema.ts';
import type { BackgroundJob } from './jobs/background-job.ts';
import type { Messaging, SubgraphConsumer } from './messaging/messaging.ts';
import type { OutdatedAnswers } from './messaging/outdated-answers.ts';

/** What every resolver of every subgraph finds in its context. */
export interface SubgraphContext {
  readonly viewer: Viewer | undefined;
  readonly requestId: string;
  /** Headers as they came: a client wrote those that no gateway in front overwrites. */
  readonly headers: IncomingHttpHeaders;
  /** Writes the request's id on each line. */
  readonly log: Logger;
  /** What the answer tells gateways to be out of date. */
  readonly outdated: OutdatedAnswers;
}

/** What the kit hands to the seed of a subgraph. */
export interface SeedDependencies<Config extends SubgraphConfig> {
  readonly config: Config;
  /** For `new PrismaClient({ adapter })`. */
  readonly adapter: SqlDriverAdapterFactory;
  readonly log: Logger;
}

/** What the kit hands to a subgraph that starts. */
export interface SubgraphDependencies<Config extends SubgraphConfig>
  extends SeedDependencies<Config> {
  /** Bus and pub-sub, for a definition with `usesMessages`; any other meets an error in it. */
  readonly messaging: Messaging;
}

/** A subgraph that is connected to its database. */
export interface OpenSubgraph<Context extends SubgraphContext> {
  /** Called once per request: fresh loaders around the long-lived services. */
  createContext(request: SubgraphContext): Context;
  /** Resolves when requests can be answered, such as after `SELECT 1`; rejects otherwise. */
  checkReady(): Promise<void>;
  /** Gives back connections. */
  close(): Promise<void>;
  /** Keys that tokens are verified with; the default fetches them from `config.jwksUrl`. */
  readonly keys?: JWTVerifyGetKey;
  /** Adds HTTP routes beside /graphql. */
  addRoutes?(app: FastifyInstance): void;
  /** Queues that it reads while it runs; needs `usesMessages`. `createConsumer` makes them. */
  readonly consumers?: readonly SubgraphConsumer[];
  /** Work that it does by itself while it runs. */
  readonly jobs?: readonly BackgroundJob[];
}

/** Everything that the kit must know to run a subgraph, alone, with others, or in a test. */
export interface SubgraphDefinition<
  Config extends SubgraphConfig,
  Context extends SubgraphContext,
> {
  /** Its name in the supergraph. */
  readonly name: string;
  /**
   * True for one that sends or reads messages, or announces: then bus and pub-sub are opened, the
   * outbox of its database is published, and its consumers run.
   */
  readonly usesMessages?: boolean;
  readonly buildSchema: () => Promise<FederatedSchema>;
  readonly open: (dependencies: SubgraphDependencies<Config>) => Promise<OpenSubgraph<Context>>;
  /** Fills a migrated database with demo data; does nothing to one that has them. */
  readonly seed?: (dependencies: SeedDependencies<Config>) => Promise<void>;
}
