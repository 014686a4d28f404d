import type { SubgraphConfig } from './environment.ts';
import { type Messaging, noMessaging, openMessaging } from './messaging/messaging.ts';
import { closeMessaging, SubgraphWork } from './messaging/subgraph-work.ts';
import type {
  OpenSubgraph,
  SeedDependencies,
  SubgraphContext,
  SubgraphDefinition,
} from './subgraph.ts';
import type { SubgraphTracing } from './tracing/subgraph-tracing.ts';

/** A subgraph with its connections, before it has a server. */
export interface OpenedSubgraph<Context extends SubgraphContext> {
  readonly opened: OpenSubgraph<Context>;
  /** Undefined for one without messages. */
  readonly messaging: Messaging | undefined;
  /** Starts consumers, the outbox relay, and jobs. */
  startWork(): Promise<void>;
  /** Ends the work and gives back every connection. */
  close(): Promise<void>;
}

/** Opens what a subgraph needs: messaging only if it asks for it. Nothing stays open if it fails. */
export async function openSubgraph<Config extends SubgraphConfig, Context extends SubgraphContext>(
  definition: SubgraphDefinition<Config, Context>,
  dependencies: SeedDependencies<Config>,
  tracing?: SubgraphTracing,
): Promise<OpenedSubgraph<Context>> {
  const { config, log } = dependencies;
  const messaging = definition.usesMessages ? await openMessaging(config, log) : undefined;
  let opened: OpenSubgraph<Context>;
  try {
    opened = await definition.open({ ...dependencies, messaging: messaging ?? noMessaging });
  } catch (error) {
    await closeMessaging(messaging);
    throw error;
  }
  let work: SubgraphWork | undefined;
  return {
    opened,
    messaging,
    async startWork() {
      work = await SubgraphWork.start({ config, log, opened, messaging, tracing });
    },
    async close() {
      await (work === undefined ? closeMessaging(messaging) : work.close());
      await opened.close();
    },
  };
}
