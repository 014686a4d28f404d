import { requireViewer } from '@plaza/kit/auth/viewer';
import { requireUuid } from '@plaza/kit/uuid';
import type { Subscription } from '@plaza/pub-sub/pub-sub';
import { paymentTopic } from '@plaza/schema/topics';
import type { PaymentsContext } from '../context.ts';
import { readablePayment } from './payment.service.ts';

/** Announcements of one payment. Throws UNAUTHENTICATED or FORBIDDEN before anything is watched. */
export async function watchPayment(id: string, ctx: PaymentsContext): Promise<Subscription> {
  requireViewer(ctx);
  const paymentId = requireUuid(id, 'id');
  readablePayment(await ctx.payments.findById(paymentId), ctx);
  return ctx.pubSub.subscribe(paymentTopic(paymentId));
}
