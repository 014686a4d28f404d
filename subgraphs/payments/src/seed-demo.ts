import { runCommand } from '@plaza/kit/run-command';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { readPaymentsConfig } from './config.ts';
import { paymentsSubgraph } from './subgraph.ts';

/** Puts the demo data of payments into its migrated database; refused in production. */
await runCommand(() => seedSubgraph(paymentsSubgraph, readPaymentsConfig()));
