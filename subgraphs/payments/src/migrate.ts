import { migrateSubgraph } from '@plaza/kit/migrate-subgraph';
import { runCommand } from '@plaza/kit/run-command';
import { readPaymentsConfig } from './config.ts';

/** Brings the database of payments up to date: runs before a new version starts. */
await runCommand(() => migrateSubgraph('payments', readPaymentsConfig()));
