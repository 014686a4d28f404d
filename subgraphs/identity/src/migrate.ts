import { migrateSubgraph } from '@plaza/kit/migrate-subgraph';
import { runCommand } from '@plaza/kit/run-command';
import { readIdentityConfig } from './config.ts';

/** Brings the database of identity up to date: runs before a new version starts. */
await runCommand(() => migrateSubgraph('identity', readIdentityConfig()));
