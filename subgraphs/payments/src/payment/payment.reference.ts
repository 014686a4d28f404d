import type { Representation } from '@plaza/kit/federated-schema';
import type { PaymentsContext } from '../context.ts';
import { type PaymentRow, readablePayment } from './payment.service.ts';

/** The payment that another subgraph refers to. Throws UNAUTHENTICATED or FORBIDDEN. */
export async function resolvePaymentReference(
  { id }: Representation,
  ctx: PaymentsContext,
): Promise<PaymentRow | null> {
  return readablePayment(await ctx.loaders.paymentById.load(id), ctx);
}
