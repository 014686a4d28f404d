import type { Representation } from '@plaza/kit/federated-schema';
import type { Order } from './order.type.ts';

/** Any id will do: only ticketing can tell whether there is such an order. */
export function resolveOrderReference({ id }: Representation): Order {
  return { id };
}
