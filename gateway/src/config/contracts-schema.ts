import { z } from 'zod';
import { ownLimitsSchema } from './limits-schema.ts';
import { persistedOperationsSchema } from './persisted-operations-schema.ts';

/** Of more contracts the API schemas would fill the memory. */
const contractsMax = 100;

/** It stands in the path, and API keys name it. */
const contractName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be a-z, 0-9 and hyphens, and begin with a letter');

const tagNames = z
  .array(z.string().regex(/^[\w/-]{1,128}$/, 'is not the name of a tag'))
  .max(1_000);

const { mode, manifests, redisManifest } = persistedOperationsSchema.shape;

const contractSettings = z.strictObject({
  include: tagNames
    .default([])
    .describe(
      'Fields of object types and interfaces, and unions, are seen if they, or their type, have one of ' +
        'these tags. None: all are.',
    ),
  exclude: tagNames.default([]).describe('What has one of these tags is not seen, in any case.'),
  hideUnreachableTypes: z
    .boolean()
    .default(true)
    .describe(
      'Whether types are hidden that nothing seen leads to; not those with an included tag.',
    ),
  clients: z
    .enum(['everybody', 'apiKeys'])
    .default('everybody')
    .describe(
      'Who may use it. apiKeys: only clients with an API key that is for this contract. Clients whose ' +
        'key is for one contract never get another.',
    ),
  requiredScopes: z
    .array(z.array(z.string().min(1).max(200)).min(1).max(100))
    .max(100)
    .default([])
    .describe('Only viewers with all scopes of one of these lists may use it. None: no matter.'),
  introspection: z
    .strictObject({
      enabled: z.boolean().describe('Whether its clients may query __schema and __type.'),
    })
    .optional()
    .describe('Default: introspection, as for the whole graph.'),
  limits: ownLimitsSchema
    .optional()
    .describe(
      'What differs for it. bodyBytesMax and batchMax do not: they count before it is known who asks.',
    ),
  persistedOperations: z
    .strictObject({
      mode: mode.unwrap().exactOptional().describe('Default: persistedOperations.mode.'),
      manifests: manifests.describe(
        'Files or folders of its operations by id. Those of the whole graph are not served to it.',
      ),
      redisManifest: redisManifest.describe(
        'Key of a hash in Redis with its operations. That of the whole graph is not read for it.',
      ),
    })
    .prefault({})
    .describe('Operations that its clients name by an id, apart from those of all others.'),
});

/** Parts of the graph that some clients see, by their names. */
export const contractsSchema = z
  .record(contractName, contractSettings)
  .refine((all) => Object.keys(all).length <= contractsMax, `has more than ${contractsMax}`)
  .default({});

/** Which of them clients get that ask for none. */
export const defaultContract = contractName.optional();

interface Choice {
  readonly contracts?: Readonly<Record<string, unknown>>;
  readonly defaultContract?: unknown;
  readonly persistedOperations?: unknown;
}

interface Operations {
  readonly mode?: unknown;
  readonly manifests?: unknown;
  readonly redisManifest?: unknown;
}

/** Reports contracts that nobody could use. */
export function checkContractChoice(choice: Choice, context: z.RefinementCtx): void {
  const { contracts, defaultContract: chosen, persistedOperations } = Object(choice) as Choice;
  const report = (path: string[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  const known = Object.entries(Object(contracts) as Record<string, unknown>);
  if (typeof chosen === 'string' && !known.some(([name]) => name === chosen)) {
    report(['defaultContract'], 'must be one of the names in contracts');
  }
  const whole = Object(persistedOperations) as Operations;
  for (const [name, settings] of known) {
    // Whatever else is wrong with the settings is reported by others.
    const own = Object(Object(settings).persistedOperations) as Operations;
    const files: unknown = own.manifests ?? [];
    const isEmpty = Array.isArray(files) && files.length === 0 && own.redisManifest === undefined;
    if ((own.mode ?? whole.mode) === 'trusted' && isEmpty) {
      const message = 'is empty: in mode trusted nothing would be served';
      report(['contracts', name, 'persistedOperations', 'manifests'], message);
    }
  }
}
