import { type HasViewer, isSelfOrHasScope, requireViewer } from '@plaza/kit/auth/viewer';
import { AppError } from '@plaza/schema/errors';
import { actorOf, type TicketingContext } from '../context.ts';
import type { Order } from '../generated/prisma/client.ts';
import { cancelOrder } from './end-order.ts';
import type { CancelOrderResult } from './order-result.type.ts';

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

/**
 * Cancels an order: its buyer while it is not paid; the scope order:write also when it is paid, and
 * then its money goes back. Throws UNAUTHENTICATED; FORBIDDEN for who may see it and no more;
 * BAD_USER_INPUT for who may not see it.
 */
export async function cancelOrderOfViewer(
  id: string,
  ctx: TicketingContext,
): Promise<CancelOrderResult> {
  const { userId, scopes } = requireViewer(ctx);
  const order = visibleOrder(await ctx.loaders.orderById.load(id), ctx);
  const isStaff = scopes.has('order:write');
  if (order === null && !isStaff) throw noSuchOrder();
  const isBuyer = order?.buyerId === userId;
  if (!isStaff && !isBuyer) throw new AppError('FORBIDDEN', 'Scope order:write is required');
  await ctx.transactions.run((work) =>
    cancelOrder(work, {
      orderId: id,
      from: isStaff ? ['PENDING', 'PAID'] : ['PENDING'],
      reason: isBuyer ? 'BUYER' : 'STAFF',
      actor: actorOf(ctx),
      now: ctx.now,
    }),
  );
  const after = await ctx.database.order.findUnique({ where: { id } });
  if (after === null) throw noSuchOrder();
  if (after.status === 'CANCELLED') return { ...after, __typename: 'Order' };
  return { __typename: 'OrderNotCancellable', status: after.status };
}

function noSuchOrder(): AppError {
  return new AppError('BAD_USER_INPUT', 'You have no order with this id', {
    details: { field: 'id' },
  });
}
