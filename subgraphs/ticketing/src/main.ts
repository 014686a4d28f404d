import { runSubgraph, startSubgraph } from '@plaza/kit/start-subgraph';
import { readTicketingConfig } from './config.ts';
import { ticketingSubgraph } from './subgraph.ts';

await runSubgraph(() => startSubgraph(ticketingSubgraph, readTicketingConfig()));
