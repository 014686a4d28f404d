import { migrateSubgraph } from '@plaza/kit/migrate-subgraph';
import { runCommand } from '@plaza/kit/run-command';
import { readTicketingConfig } from './config.ts';

/** Brings the database of ticketing up to date: runs before a new version starts. */
await runCommand(() => migrateSubgraph('ticketing', readTicketingConfig()));
