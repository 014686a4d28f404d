import { AppError } from '@plaza/schema/errors';
import type pg from 'pg';
import { z } from 'zod';
import { type Contradiction, contradictionsOf, showMoney } from './contradiction.ts';
import { isCaptured, type PaymentFact, type RefundFact, sumOf } from './purchase-facts.ts';
import { readAllPayments, readPayments } from './read-purchases.ts';

const pageMax = 1_000;
/** How long one page of the provider's books may take. */
const pageTimeoutMs = 10_000;

const page = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      currency: z.string(),
      amount_captured: z.int(),
      amount_refunded: z.int(),
      reference: z.string(),
    }),
  ),
  next: z.string().nullable(),
});

type ProviderPayment = z.output<typeof page>['data'][number];

/** Where a sandbox with its control on shows its books. */
export interface ProviderBooks {
  readonly baseUrl: string;
  readonly apiKey: string;
}

/**
 * Compares the provider's books with those of payments, both ways. The sandbox shows its own under
 * /sandbox/payments if its control is on. Throws when they cannot be read.
 */
export async function checkProvider(
  provider: ProviderBooks,
  payments: pg.Pool,
): Promise<Contradiction[]> {
  const found: Contradiction[] = [];
  const seen = new Set<string>();
  for await (const theirs of readProvider(provider)) {
    for (const { id } of theirs) seen.add(id);
    const ours = await readPayments(
      payments,
      theirs.map(({ id }) => id),
    );
    found.push(...theirs.flatMap((payment) => compare(payment, ours)));
  }
  for await (const ours of readAllPayments(payments)) {
    const lost = ours.filter(
      (payment) =>
        payment.isAtProvider && isCaptured(payment) && !seen.has(payment.providerReference ?? ''),
    );
    for (const { id, amountMinor, currency } of lost) {
      const money = showMoney(amountMinor, currency);
      const text = `Payment ${id} counts ${money} as captured, the provider knows nothing of it`;
      found.push({ rule: 'books-agree-with-provider', subject: id, text });
    }
  }
  return found;
}

async function* readProvider({
  baseUrl,
  apiKey,
}: ProviderBooks): AsyncGenerator<readonly ProviderPayment[]> {
  let after: string | null = null;
  do {
    const url = new URL(`/sandbox/payments?limit=${pageMax}`, baseUrl);
    if (after !== null) url.searchParams.set('after', after);
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(pageTimeoutMs),
    });
    if (!response.ok) {
      throw new AppError(
        'DOWNSTREAM_SERVICE_ERROR',
        `The provider's books answer ${response.status} at ${url}: only a sandbox with its control ` +
          'on shows them',
      );
    }
    const read: z.output<typeof page> = page.parse(await response.json());
    yield read.data;
    after = read.next;
  } while (after !== null);
}

/** One payment of the provider's, and what payments has for it. */
function compare(
  theirs: ProviderPayment,
  ours: { readonly payments: readonly PaymentFact[]; readonly refunds: readonly RefundFact[] },
): Contradiction[] {
  const notes = contradictionsOf(theirs.id);
  const rule = 'books-agree-with-provider';
  const show = (amountMinor: number) => showMoney(amountMinor, theirs.currency);
  const payment = ours.payments.find(({ providerReference }) => providerReference === theirs.id);
  // Money that its payment does not count is known by the refund that it got.
  const stray = ours.refunds.filter(
    ({ isStray, providerPaymentId }) => isStray && providerPaymentId === theirs.id,
  );
  if (payment === undefined && stray.length === 0) {
    const keptMinor = theirs.amount_captured - theirs.amount_refunded;
    const text = `The provider keeps ${show(keptMinor)} for ${theirs.id}, which no payment names (reference ${theirs.reference})`;
    notes.expect(keptMinor === 0, rule, text);
    return notes.found;
  }
  const own = ours.refunds.filter(
    ({ paymentId, isStray }) => paymentId === payment?.id && !isStray,
  );
  const counted = payment !== undefined && isCaptured(payment) ? payment.amountMinor : 0;
  const capturedMinor = counted + sumOf(stray);
  const refundedMinor = sumOf([...own, ...stray].filter(({ status }) => status === 'SUCCEEDED'));
  const name = payment === undefined ? 'payments' : `payment ${payment.id}`;
  notes.expect(
    theirs.amount_captured === capturedMinor,
    rule,
    `The provider captured ${show(theirs.amount_captured)} for ${theirs.id}, ${name} counts ` +
      show(capturedMinor),
  );
  notes.expect(
    theirs.amount_refunded === refundedMinor,
    rule,
    `The provider gave back ${show(theirs.amount_refunded)} of ${theirs.id}, ${name} counts ` +
      show(refundedMinor),
  );
  return notes.found;
}
