import { type HasViewer, isSelfOrHasScope } from '@plaza/kit/auth/viewer';
import type { Order } from '../generated/prisma/client.ts';

/**
 * The order if the viewer is its buyer or has the scope order:read, else null: whether somebody
 * else's order exists is nobody's business.
 */
export function visibleOrder(order: Order | undefined, ctx: HasViewer): Order | null {
  if (order === undefined) return null;
  const isVisible =
    order.buyerId === null
      ? ctx.viewer?.scopes.has('order:read')
      : isSelfOrHasScope(ctx, order.buyerId, 'order:read');
  return isVisible ? order : null;
}
