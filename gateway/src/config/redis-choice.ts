import type { z } from 'zod';

interface Choice {
  readonly redis?: { readonly urls?: unknown };
  readonly persistedOperations?: { readonly redisManifest?: unknown };
  readonly contracts?: Readonly<Record<string, unknown>>;
}

/** Reports what is to be read from Redis where none is named. */
export function checkRedisChoice(choice: Choice, context: z.RefinementCtx): void {
  const { redis, persistedOperations, contracts } = Object(choice) as Choice;
  const { urls } = Object(redis) as { urls?: unknown };
  if (Array.isArray(urls) ? urls.length > 0 : Boolean(urls)) return;
  const places = [
    { path: ['persistedOperations'], of: persistedOperations },
    ...Object.entries(Object(contracts) as object).map(([name, contract]) => ({
      path: ['contracts', name, 'persistedOperations'],
      of: (Object(contract) as { persistedOperations?: unknown }).persistedOperations,
    })),
  ];
  for (const { path, of } of places) {
    if ((Object(of) as { redisManifest?: unknown }).redisManifest === undefined) continue;
    const message = 'is in Redis, of which redis.urls names none';
    context.addIssue({ code: 'custom', path: [...path, 'redisManifest'], message });
  }
}
