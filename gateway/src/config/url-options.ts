import { z } from 'zod';

export const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an http or https URL, such as http://localhost:4001/graphql',
});

/** Where live announcements go. */
export const busUrl = z.url({
  protocol: /^(postgres(ql)?|rediss?)$/,
  error: 'must be a URL that starts with postgresql:// or redis://',
});
