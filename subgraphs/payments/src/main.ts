import { runSubgraph, startSubgraph } from '@plaza/kit/start-subgraph';
import { readPaymentsConfig } from './config.ts';
import { paymentsSubgraph } from './subgraph.ts';

await runSubgraph(() => startSubgraph(paymentsSubgraph, readPaymentsConfig()));
