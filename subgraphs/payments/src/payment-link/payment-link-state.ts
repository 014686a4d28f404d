import type { PaymentsWork } from '../work.ts';

/**
 * The order needs no link any more: the one that was paid by is PAID, any other one that is open is
 * CANCELLED. The order is locked.
 */
export async function endLinks(
  { tx }: PaymentsWork,
  { orderId, paidLinkId }: { readonly orderId: string; readonly paidLinkId: string | null },
): Promise<void> {
  const endedAt = new Date();
  if (paidLinkId !== null) {
    await tx.paymentLink.updateMany({
      where: { id: paidLinkId, status: 'PENDING' },
      data: { status: 'PAID', endedAt },
    });
  }
  await tx.paymentLink.updateMany({
    where: { orderId, status: 'PENDING' },
    data: { status: 'CANCELLED', endedAt },
  });
}
