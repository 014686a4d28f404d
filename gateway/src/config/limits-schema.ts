import { z } from 'zod';
import { count } from './number-options.ts';

/** What one request may ask for. */
export const limitsSchema = z.strictObject({
  bodyBytesMax: count(104_857_600).default(1_048_576).describe('Longest request body, in bytes.'),
  tokensMax: count(1_000_000)
    .default(5_000)
    .describe('Lexical tokens in one document. Validation costs up to their square.'),
  depthMax: count(1_000).default(30).describe('Nested selections, fragments resolved.'),
  aliasesMax: count(100_000).default(200).describe('Aliased fields, fragments resolved.'),
  rootFieldsMax: count(10_000).default(50).describe('Fields of the root type in one operation.'),
  directivesMax: count(100_000)
    .default(500)
    .describe('Directives in one operation, fragments resolved.'),
  batchMax: count(1_000)
    .default(1)
    .describe('Operations in one body, as a JSON list. 1: batches are refused.'),
  costMax: count(1_000_000_000)
    .optional()
    .describe('Estimated cost of one operation, by @cost and @listSize. Default: no limit.'),
  costMode: z
    .enum(['enforce', 'measure'])
    .default('enforce')
    .describe('measure: what costs too much is logged with its cost, and served.'),
  costCounted: z
    .boolean()
    .default(false)
    .describe(
      'Whether it is counted what operations did cost, by the lists that came: it is logged, and ' +
        'budgets of rateLimits get the difference to the estimate.',
    ),
  listSizeAssumed: count(1_000_000)
    .default(10)
    .describe('Length of a list of which neither schema nor arguments say how long it may be.'),
});

const { shape } = limitsSchema;

/** The same where it differs for some clients; their bodies are read before it is known who they are. */
export const ownLimitsSchema = z.strictObject({
  tokensMax: shape.tokensMax.unwrap().exactOptional().describe('As limits.tokensMax.'),
  depthMax: shape.depthMax.unwrap().exactOptional().describe('As limits.depthMax.'),
  aliasesMax: shape.aliasesMax.unwrap().exactOptional().describe('As limits.aliasesMax.'),
  rootFieldsMax: shape.rootFieldsMax.unwrap().exactOptional().describe('As limits.rootFieldsMax.'),
  directivesMax: shape.directivesMax.unwrap().exactOptional().describe('As limits.directivesMax.'),
  costMax: shape.costMax.describe('As limits.costMax.'),
  costMode: shape.costMode.unwrap().exactOptional().describe('As limits.costMode.'),
  costCounted: shape.costCounted.unwrap().exactOptional().describe('As limits.costCounted.'),
  listSizeAssumed: shape.listSizeAssumed
    .unwrap()
    .exactOptional()
    .describe('As limits.listSizeAssumed.'),
});
