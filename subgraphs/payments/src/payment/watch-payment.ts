import { requireViewer } from '@plaza/kit/auth/viewer';
import { requireUuid } from '@plaza/kit/uuid';
import type { Subscription } from '@plaza/pub-sub/pub-sub';
import { AppError } from '@plaza/schema/errors';
import { paymentTopic } from '@plaza/schema/topics';
import type { PaymentsContext } from '../context.ts';
import { visiblePayment } from './payment.service.ts';

/** Announcements of one payment. Throws UNAUTHENTICATED, or BAD_USER_INPUT if the viewer sees none. */
export async function watchPayment(id: string, ctx: PaymentsContext): Promise<Subscription> {
  requireViewer(ctx);
  const paymentId = requireUuid(id, 'id');
  if (visiblePayment(await ctx.payments.findById(paymentId), ctx) === null) {
    throw new AppError('BAD_USER_INPUT', 'There is nothing to watch with this id', {
      details: { field: 'id' },
    });
  }
  return ctx.pubSub.subscribe(paymentTopic(paymentId));
}
