import { runSubgraph, startSubgraph } from '@plaza/kit/start-subgraph';
import { readIdentityConfig } from './config.ts';
import { identitySubgraph } from './subgraph.ts';

await runSubgraph(() => startSubgraph(identitySubgraph, readIdentityConfig()));
