import { z } from 'zod';
import { count } from './number-options.ts';

const headerName = /^[\w!#$%&'*+.^`|~-]+$/;

/** Which pages may call the graph. */
export const corsSchema = z
  .strictObject({
    origins: z
      .array(z.string().min(1))
      .max(1_000)
      .default([])
      .describe('Origins whose pages may call the graph, or "*" for all. Empty: CORS is off.'),
    credentials: z
      .boolean()
      .default(false)
      .describe('Whether such pages may send cookies. Not together with the origin "*".'),
  })
  .refine(({ origins, credentials }) => !(credentials && origins.includes('*')), {
    path: ['credentials'],
    error: 'would let every page of the web act for its visitors: name the origins',
  });

/** What protects from pages that send requests without asking. */
export const csrfSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Whether queries by GET are refused that a page of another origin makes without CORS.',
    ),
  requiredHeaders: z
    .array(
      z
        .string()
        .regex(headerName, 'is not a header name')
        .transform((name) => name.toLowerCase()),
    )
    .max(20)
    .default([])
    .describe(
      'A query by GET must have one of these headers, such as apollo-require-preflight. For browsers ' +
        'that do not say where requests come from (before 2023). Empty: none.',
    ),
});

const encodings = ['zstd', 'br', 'gzip'] as const;

/** How answers are compressed. */
export const compressionSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether answers are compressed for clients that accept it. Streams never are.'),
  minBytes: count(104_857_600).default(1_024).describe('Shorter answers are sent as they are.'),
  encodings: z
    .array(z.enum(encodings))
    .min(1)
    .max(encodings.length)
    .default([...encodings])
    .describe('What is offered; of those that a client likes equally, the first.'),
});

/** Headers that say how a body is sent, which the server knows better. */
const framingHeaders = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'transfer-encoding',
]);

/** Headers that every answer has. */
export const answerHeadersSchema = z
  .record(
    z
      .string()
      .regex(headerName, 'is not a header name')
      .transform((name) => name.toLowerCase())
      .refine((name) => !framingHeaders.has(name), 'says how the body is sent: not settable'),
    z
      .string()
      .max(8_192)
      .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII'),
  )
  .default({})
  .describe(
    'Headers of every answer, such as strict-transport-security. They win over the own ones ' +
      '(cache-control of operations, CORS and vary excepted).',
  );
