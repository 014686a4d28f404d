import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';

const rateWindow = z.strictObject({
  limit: count(1_000_000_000).describe('What may be used in the window.'),
  windowMs: milliseconds({ min: 1, max: 31_536_000_000 }).describe('In milliseconds.'),
});

const rateRule = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'must be letters, digits, - and _')
    .describe('Names the rule to clients and operators.'),
  by: z
    .enum(['viewer', 'viewerOrAddress', 'address', 'client', 'everybody'])
    .describe(
      'Who has an allowance: each viewer (who has no token is not counted), each viewer or else each ' +
        'network address, each address, each application (graphql-client-name), or all together.',
    ),
  unit: z
    .enum(['requests', 'cost'])
    .default('requests')
    .describe('What is counted: operations, or their estimated cost.'),
  fields: z
    .array(z.string().regex(/^\w+\.\w+$/, 'must be a coordinate, such as Query.search'))
    .max(1_000)
    .default([])
    .describe('Only operations that select one of these count. None: all do.'),
  windows: z.array(rateWindow).min(1).max(10).describe('All of them must have enough left.'),
});

/** How much clients may use in a time. */
export const rateLimitsSchema = z.strictObject({
  rules: z.array(rateRule).max(100).default([]).describe('Allowances; none: nothing is counted.'),
  onStoreFailure: z
    .enum(['local', 'open', 'closed'])
    .default('local')
    .describe(
      'While Redis is away: local, each gateway counts for itself; open, nothing is counted; closed, ' +
        'what would be counted is refused.',
    ),
});
