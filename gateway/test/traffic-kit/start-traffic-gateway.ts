import type { ConfigInput } from '../../src/config.ts';
import type { LookUpHost } from '../../src/subgraph-fetch/resolve-addresses.ts';
import { products, reviews } from '../http-kit/shop-subgraphs.ts';
import type { HttpGateway } from '../http-kit/start-http-gateway.ts';
import { startHttpGateway } from '../http-kit/start-http-gateway.ts';

export type SubgraphOptions = NonNullable<ConfigInput['subgraphs']>[string];

/** A gateway of the shop whose subgraph products is somewhere else. */
export interface TrafficGateway extends AsyncDisposable {
  readonly http: HttpGateway;
  ask(query: string, headers?: Readonly<Record<string, string>>): Promise<ShopAnswer>;
  /** The value of a metric of that subgraph; 0 where there is none. */
  metric(name: string, outcome?: string): Promise<number>;
}

export interface ShopAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

/** Starts it. The options must say where products is. */
export async function startTrafficGateway(
  own: SubgraphOptions,
  { config, lookUp }: { config?: Partial<ConfigInput>; lookUp?: LookUpHost } = {},
): Promise<TrafficGateway> {
  const http = await startHttpGateway({
    subgraphs: [products, reviews],
    config: { subgraphs: { products: own }, metrics: { enabled: true }, ...config },
    ...(lookUp === undefined ? {} : { lookUp }),
  });
  return {
    http,
    ask: async (query, headers) =>
      (await http.post({ query }, headers)).json() as Promise<ShopAnswer>,
    metric: async (name, outcome) => {
      const text = await (await fetch(`${http.url}/metrics`)).text();
      const labels = outcome === undefined ? '' : `,outcome="${outcome}"`;
      const series = `${name}{subgraph="products"${labels}} `;
      const line = text.split('\n').find((one) => one.startsWith(series));
      return Number(line?.slice(series.length) ?? 0);
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
