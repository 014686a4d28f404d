import { isPubSubUrl } from '@plaza/pub-sub/pub-sub-url';
import { z } from 'zod';

export const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an http or https URL, such as http://localhost:4001/graphql',
});

/** Where live announcements go: a server, or with commas some nodes of one Redis cluster. */
export const busUrl = z
  .string()
  .refine(isPubSubUrl, 'must be a URL that starts with postgresql:// or redis://');
