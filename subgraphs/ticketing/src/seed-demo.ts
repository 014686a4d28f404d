import { runCommand } from '@plaza/kit/run-command';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { readTicketingConfig } from './config.ts';
import { ticketingSubgraph } from './subgraph.ts';

/** Puts the demo data of ticketing into its migrated database; refused in production. */
await runCommand(() => seedSubgraph(ticketingSubgraph, readTicketingConfig()));
