import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import type { SubgraphServer } from '../kit/subgraph-server.ts';
import type { Random } from '../oracle/random.ts';
import { createRandom } from '../oracle/random.ts';
import type { Aspect, Versions } from './versioned-shop.ts';
import { productIds } from './versioned-shop.ts';

/** Two gateways that cache, one that does not, and what is behind and beside them. */
export interface ModelWorld {
  readonly versions: Versions;
  /** Names, ratings. */
  readonly servers: readonly SubgraphServer[];
  readonly redis: OwnRedis;
  readonly secret: string;
  readonly plainUrl: string;
  readonly gateways: readonly { readonly url: string; shiftClock(ms: number): void }[];
}

export interface StepCounts {
  queries: number;
  /** Values in answers that were older than the subgraph's. */
  older: number;
  acknowledged: number;
  refused: number;
  compared: number;
  outages: number;
}

/** Clients that act at the same time. */
const clientsMax = 6;
const outageMs = 150;
/** In that time a gateway uses a Redis again that was away. */
const recoveryMs = 5_000;

/**
 * Lets clients query, change, invalidate, break and mend at random, and holds each value in each
 * answer against what the model allows: no older than the version at which an invalidation was sent
 * that had been acknowledged before the query, no newer than there is.
 */
export async function runSteps(
  world: ModelWorld,
  { stepsMax, seed }: { readonly stepsMax: number; readonly seed: number },
): Promise<{ readonly problems: readonly string[]; readonly counts: StepCounts }> {
  const run = new ModelRun(world);
  let steps = 0;
  const clients = Array.from({ length: clientsMax }, async (_, index) => {
    const random = createRandom(seed + index);
    while (steps < stepsMax && run.problems.length === 0) {
      steps += 1;
      await run.step(random);
    }
  });
  await Promise.all(clients);
  return { problems: run.problems, counts: run.counts };
}

class ModelRun {
  readonly problems: string[] = [];
  readonly counts: StepCounts = {
    queries: 0,
    older: 0,
    acknowledged: 0,
    refused: 0,
    compared: 0,
    outages: 0,
  };
  readonly #world: ModelWorld;
  #isDisturbed = false;

  constructor(world: ModelWorld) {
    this.#world = world;
  }

  async step(random: Random): Promise<void> {
    const dice = random.below(1_000);
    if (dice < 700) return this.#query(random);
    if (dice < 850) return this.#change(random);
    if (dice < 940) return this.#invalidate(random);
    if (dice < 980) return this.#mutate(random);
    if (dice < 985) return this.#compare(random);
    if (dice < 995)
      return random.oneOf(this.#world.gateways).shiftClock(random.below(7_200_000) - 3_600_000);
    if (dice < 998) return this.#breakSubgraph(random);
    if (random.below(4) === 0) return this.#breakRedis();
  }

  async #query(random: Random): Promise<void> {
    const { versions, gateways } = this.#world;
    const ids = random.below(3) === 0 ? productIds : [random.oneOf(productIds)];
    const query =
      ids.length > 1
        ? '{ products { id name rating } }'
        : '{ products: product(id: "ID") { id name rating } }'.replace('ID', ids[0] ?? '');
    const least = ids.map((id) => [
      versions.leastAllowed('name', id),
      versions.leastAllowed('rating', id),
    ]);
    const { data, errors } = await post(random.oneOf(gateways).url, query);
    this.counts.queries += 1;
    if (errors !== undefined && !this.#isDisturbed && !this.#wasDisturbed) {
      this.problems.push(`errors without a failure: ${JSON.stringify(errors)}`);
    }
    const found = [data?.products ?? []].flat() as unknown as Readonly<Record<string, unknown>>[];
    for (const product of found) {
      const index = ids.indexOf(String(product.id));
      for (const [place, aspect] of (['name', 'rating'] as const).entries()) {
        this.#check(product, aspect, least[index]?.[place] ?? 0);
      }
    }
  }

  #check(product: Readonly<Record<string, unknown>>, aspect: Aspect, least: number): void {
    const value = product[aspect];
    if (value === null || value === undefined) return;
    const current = this.#world.versions.current(aspect, String(product.id));
    const isAllowed = typeof value === 'number' && value >= least && value <= current;
    if (!isAllowed) {
      this.problems.push(`${aspect} of ${product.id} is ${value}: ${least} to ${current} allowed`);
    }
    if (typeof value === 'number' && value < current) this.counts.older += 1;
  }

  #change(random: Random): void {
    this.#world.versions.change(random.oneOf(['name', 'rating']), random.oneOf(productIds));
  }

  async #invalidate(random: Random): Promise<void> {
    const { versions, gateways, secret } = this.#world;
    const aspect = random.oneOf<Aspect>(['name', 'rating']);
    const id = random.oneOf(productIds);
    const subgraph = `${aspect}s`;
    const [thing, ids] = random.oneOf([
      [{ kind: 'subgraph', subgraph }, productIds],
      [{ kind: 'type', subgraph, type: 'Product' }, productIds],
      [{ kind: 'entity', subgraph, type: 'Product', key: { id } }, [id]],
      ...(aspect === 'rating'
        ? [[{ kind: 'cache_tag', cache_tag: `rating-${id}` }, [id]] as const]
        : []),
    ] as const);
    const sent = ids.map((one) => [one, versions.current(aspect, one)] as const);
    const response = await fetch(`${random.oneOf(gateways).url}/cache/invalidations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify([thing]),
    });
    await response.arrayBuffer();
    if (response.status === 200) this.#acknowledge(aspect, sent);
    else this.counts.refused += 1;
  }

  async #mutate(random: Random): Promise<void> {
    const { versions, gateways } = this.#world;
    const id = random.oneOf(productIds);
    const before = versions.current('name', id) + 1;
    const { errors } = await post(
      random.oneOf(gateways).url,
      `mutation { rename(id: "${id}") { id } }`,
    );
    // Its extension names all products. While Redis is away nobody has been told in time.
    if (errors === undefined && !this.#isDisturbed && !this.#wasDisturbed) {
      this.#acknowledge('name', [[id, before]]);
    }
  }

  #acknowledge(aspect: Aspect, sent: readonly (readonly [string, number])[]): void {
    for (const [id, version] of sent) this.#world.versions.acknowledge(aspect, id, version);
    this.counts.acknowledged += 1;
  }

  /** Right after everything was put out of date, a gateway answers as one without a cache does. */
  async #compare(random: Random): Promise<void> {
    const { gateways, plainUrl, secret } = this.#world;
    if (this.#isDisturbed) return;
    const query =
      '{ products { id name rating } product(id: "p0") { name } nobody: product(id: "x") { id } }';
    const things = ['names', 'ratings'].map((subgraph) => ({ kind: 'subgraph', subgraph }));
    await fetch(`${random.oneOf(gateways).url}/cache/invalidations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify(things),
    });
    const [cached, plain] = await Promise.all([
      post(random.oneOf(gateways).url, query),
      post(plainUrl, query),
    ]);
    this.counts.compared += 1;
    if (cached.errors !== undefined || plain.errors !== undefined) return;
    const shapes = [cached, plain].map(({ data }) => JSON.stringify(data).replaceAll(/\d+/g, '#'));
    if (shapes[0] !== shapes[1]) this.problems.push(`${shapes[0]} is not ${shapes[1]}`);
  }

  async #breakSubgraph(random: Random): Promise<void> {
    if (this.#isDisturbed) return;
    const server = random.oneOf(this.#world.servers);
    await this.#disturb(async () => {
      server.behave('500');
      await sleep(outageMs);
      server.behave('ok');
    });
  }

  async #breakRedis(): Promise<void> {
    if (this.#isDisturbed) return;
    const { redis } = this.#world;
    await this.#disturb(async () => {
      await redis.kill();
      await sleep(outageMs);
      await redis.start();
    });
  }

  #recoversUntilMs = 0;

  /** Requests that began meanwhile may still fail, and Redis is not used again at once. */
  get #wasDisturbed(): boolean {
    return performance.now() < this.#recoversUntilMs;
  }

  async #disturb(during: () => Promise<void>): Promise<void> {
    this.#isDisturbed = true;
    this.counts.outages += 1;
    await during();
    this.#isDisturbed = false;
    this.#recoversUntilMs = performance.now() + recoveryMs;
  }
}

interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly unknown[];
}

async function post(url: string, query: string): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}
