import type { BenchConfig } from '../config.ts';
import type { GatewayUnderTest } from '../gateways/gateway-under-test.ts';
import type { Crowd } from './crowd.ts';
import type { PriceFeed } from './price-feed.ts';

/** What a measurement of live data works with. */
export interface LiveRun {
  readonly gateway: GatewayUnderTest;
  readonly crowd: Crowd;
  readonly prices: PriceFeed;
  readonly clients: number;
  /** Topics that they follow. */
  readonly markets: number;
  readonly config: BenchConfig;
  readonly say: (line: string) => void;
}
