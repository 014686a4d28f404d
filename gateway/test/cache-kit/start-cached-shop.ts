import type { HttpGateway, HttpGatewayOptions } from '../http-kit/start-http-gateway.ts';
import { startHttpGateway } from '../http-kit/start-http-gateway.ts';
import type { CachedShop } from './cached-shop.ts';
import { createCachedShop } from './cached-shop.ts';

export const cacheSecret = 'a secret of the operators';

export interface CachedShopGateway extends AsyncDisposable {
  readonly http: HttpGateway;
  readonly state: CachedShop['state'];
  /** The data of an answer without errors. */
  ask(query: string, options?: AskOptions): Promise<Record<string, unknown>>;
  /** The whole answer. */
  answer(query: string, options?: AskOptions): Promise<CachedAnswer>;
  /** Sends invalidations as an operator does. */
  invalidate(...invalidations: readonly object[]): Promise<Response>;
  /** Calls that each subgraph has had since this was asked last. */
  calls(): Readonly<Record<string, number>>;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface CachedAnswer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly unknown[] }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** A gateway before the cached shop, with a secret for operators. */
export async function startCachedShop(
  options: Partial<HttpGatewayOptions> & { readonly shop?: CachedShop } = {},
): Promise<CachedShopGateway> {
  const { shop = createCachedShop(), ...rest } = options;
  const http = await startHttpGateway({
    subgraphs: shop.subgraphs,
    ...rest,
    config: { ...rest.config, cache: { secret: cacheSecret, ...rest.config?.cache } },
  });
  const seen = new Map<string, number>();
  const answer: CachedShopGateway['answer'] = async (query, { headers, variables } = {}) => {
    const response = await http.post({ query, variables }, headers);
    const body = (await response.json()) as Omit<CachedAnswer, 'headers'>;
    return { ...body, headers: response.headers };
  };
  return {
    http,
    state: shop.state,
    answer,
    ask: async (query, askOptions) => {
      const { data, errors } = await answer(query, askOptions);
      if (errors !== undefined || data === null) throw new Error(JSON.stringify(errors));
      return data;
    },
    invalidate: (...invalidations) =>
      fetch(`${http.url}/cache/invalidations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${cacheSecret}` },
        body: JSON.stringify(invalidations),
      }),
    calls: () => {
      const counts: Record<string, number> = {};
      for (const { name } of shop.subgraphs) {
        const total = http.server(name).requests.length;
        const added = total - (seen.get(name) ?? 0);
        seen.set(name, total);
        if (added > 0) counts[name] = added;
      }
      return counts;
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
