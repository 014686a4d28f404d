import type { Representation } from '@plaza/kit/federated-schema';
import type { PaymentsContext } from '../context.ts';
import { type PaymentRow, visiblePayment } from './payment.service.ts';

/** The payment, or null if the viewer may not see it. */
export async function resolvePaymentReference(
  { id }: Representation,
  ctx: PaymentsContext,
): Promise<PaymentRow | null> {
  return visiblePayment(await ctx.loaders.paymentById.load(id), ctx);
}
