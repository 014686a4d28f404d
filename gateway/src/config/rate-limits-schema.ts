import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';

const rateWindow = z.strictObject({
  limit: count(1_000_000_000).describe('What may be used in the window.'),
  windowMs: milliseconds({ min: 1, max: 31_536_000_000 }).describe('In milliseconds.'),
});

const rateClass = z.string().min(1, 'is empty').max(200);

const rateRule = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'must be letters, digits, - and _')
    .describe('Names the rule to clients and operators.'),
  by: z
    .enum(['viewer', 'viewerOrAddress', 'apiKey', 'address', 'client', 'everybody'])
    .describe(
      'Who has an allowance: each viewer (who has neither token nor API key is not counted), each ' +
        'viewer or else each network address, each API key (who has none is not counted), each ' +
        'address, each application (graphql-client-name), or all together.',
    ),
  classes: z
    .array(rateClass)
    .max(100)
    .default([])
    .describe('Only viewers of these classes count, as their API key says. None: all do.'),
  exceptClasses: z
    .array(rateClass)
    .max(100)
    .default([])
    .describe('Viewers of these classes do not count.'),
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
  leasePercent: z
    .number()
    .min(0)
    .max(50)
    .default(1)
    .describe(
      'How much of what somebody has left in Redis a gateway takes ahead, in percent, so that it need ' +
        'not ask for every operation. Limits are never exceeded; of the rest others see so much less ' +
        'meanwhile. 0: it asks every time.',
    ),
  leaseMs: milliseconds({ min: 10, max: 60_000 })
    .default(1_000)
    .describe('Time until what was taken ahead and not used is given back, in milliseconds.'),
  onStoreFailure: z
    .enum(['local', 'open', 'closed'])
    .default('local')
    .describe(
      'While Redis is away: local, each gateway counts for itself; open, nothing is counted; closed, ' +
        'what would be counted is refused.',
    ),
});
