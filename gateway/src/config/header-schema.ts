import { z } from 'zod';
import { headerName } from './header-options.ts';

const identityRule = z
  .strictObject({
    name: headerName.describe('What a client sends under this name goes to no subgraph.'),
    viewer: z
      .enum(['id', 'kind', 'scopes', 'apiKeyId', 'contract', 'rateLimitClass'])
      .optional()
      .describe('What of the viewer it says; scopes with spaces between them.'),
    claim: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(10)])
      .optional()
      .describe('Or which claim: its path with dots, or as a list. Lists have commas between.'),
    kind: z
      .enum(['person', 'partner'])
      .optional()
      .describe('Only for viewers with a token (person), or with an API key (partner).'),
  })
  .refine(
    ({ viewer, claim }) => (viewer === undefined) !== (claim === undefined),
    'must have viewer or claim, and not both',
  );

/** What subgraphs are told of a client. */
export const headersSchema = z
  .strictObject({
    forward: z
      .array(headerName)
      .max(100)
      .default([])
      .describe('Client headers that reach the subgraphs, besides x-request-id and traceparent.'),
    identity: z
      .array(identityRule)
      .max(50)
      .default([])
      .describe('Headers that tell the subgraphs who asks, from verified tokens and API keys.'),
  })
  .superRefine(({ forward, identity }, context) => {
    const names = [...forward, ...identity.map(({ name }) => name)];
    const taken = new Set([...forward, 'accept', 'traceparent', 'x-request-id']);
    for (const [index, { name }] of identity.entries()) {
      const isTwice = names.indexOf(name) !== names.lastIndexOf(name);
      if (!isTwice && !taken.has(name)) continue;
      const message = `${name} is set or forwarded otherwise`;
      context.addIssue({ code: 'custom', path: ['identity', index, 'name'], message });
    }
  });
