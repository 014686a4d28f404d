/** Header names that two processes of Plaza must agree on, in the lower case that Node gives them. */
export const headers = {
  requestId: 'x-request-id',
  clientName: 'graphql-client-name',
  clientVersion: 'graphql-client-version',
  authorization: 'authorization',
  traceparent: 'traceparent',
  partnerId: 'plaza-partner-id',
  partnerScopes: 'plaza-partner-scopes',
  explainCache: 'plaza-explain-cache',
} as const;
