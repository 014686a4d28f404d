import { z } from 'zod';

/** Headers that belong to one connection or to the body that the gateway itself writes. */
const connectionHeaders = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The name of a header that says something of a request; in lower case. */
export const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not a header name')
  .transform((name) => name.toLowerCase())
  .refine((name) => !connectionHeaders.has(name), 'belongs to the connection: not forwardable');
