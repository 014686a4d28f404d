import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';
import { httpUrl } from './url-options.ts';

/** Live queries that are tried on a candidate. */
export const shadowSchema = z
  .strictObject({
    url: httpUrl
      .optional()
      .describe('The GraphQL endpoint of a candidate gateway. It gets the forwarded headers.'),
    supergraph: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A candidate supergraph, file or http(s) URL, that this gateway executes beside its own. In a ' +
          'configuration file, relative to that file.',
      ),
    percent: z
      .number()
      .min(0)
      .max(100)
      .default(1)
      .describe('Share of the answered queries that are tried.'),
    concurrencyMax: count(1_000).default(4).describe('Queries tried at the same time.'),
    queueMax: count(100_000)
      .default(100)
      .describe('Queries that wait to be tried; further ones are not.'),
    timeoutMs: milliseconds({ min: 1, max: 600_000 })
      .default(10_000)
      .describe('Deadline of one try, in milliseconds.'),
    reportIntervalMs: milliseconds({ min: 100, max: 3_600_000 })
      .default(60_000)
      .describe('Time between two summaries in the log, in milliseconds.'),
  })
  .refine(({ url, supergraph }) => url === undefined || supergraph === undefined, {
    path: ['url'],
    error: 'and shadow.supergraph are two candidates: name one',
  });
