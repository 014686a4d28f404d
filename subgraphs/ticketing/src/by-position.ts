import type { KeysetOrder } from '@plaza/kit/pagination/keyset';

/** Order of places within their parent, where each position is unique. */
export const byPosition: KeysetOrder = {
  fields: [{ name: 'position', type: 'integer' }],
  direction: 'asc',
};
