import { runCommand } from '@plaza/kit/run-command';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { readIdentityConfig } from './config.ts';
import { identitySubgraph } from './subgraph.ts';

/** Puts the demo data of identity into its migrated database; refused in production. */
await runCommand(() => seedSubgraph(identitySubgraph, readIdentityConfig()));
