import { type Contradiction, contradictionsOf, showMoney } from './contradiction.ts';
import { isCaptured, type PurchaseFacts, type RefundFact, sumOf } from './purchase-facts.ts';

type Notes = ReturnType<typeof contradictionsOf>;

const ticketsThatAdmit = new Set(['ISSUED', 'USED', 'TRANSFERRED']);

/** Whatever of one purchase cannot be right, once nothing of it is under way any more. */
export function checkOrder(facts: PurchaseFacts): Contradiction[] {
  const notes = contradictionsOf(facts.order.id);
  checkMoney(facts, notes);
  checkTickets(facts, notes);
  checkPayments(facts, notes);
  checkRefunds(facts, notes);
  checkAgreement(facts, notes);
  return notes.found;
}

function nameOf({ order }: PurchaseFacts): string {
  return `Order ORD${order.number} (${order.status.toLowerCase()})`;
}

/** Cash and the like, set aside until staff hands it over: however long that takes is no fault. */
function waitsForStaff({ payments }: PurchaseFacts, refund: RefundFact): boolean {
  const payment = payments.find(({ id }) => id === refund.paymentId);
  return refund.status === 'REQUESTED' && payment?.isAtProvider === false;
}

/** Captured money is either what a paid order costs, or it went back. */
function checkMoney(facts: PurchaseFacts, notes: Notes): void {
  const { order, payments, refunds } = facts;
  const { totalMinor, currency } = order;
  const capturedMinor = sumOf(payments.filter(isCaptured));
  const returned = refunds.filter(({ status, isStray }) => status === 'SUCCEEDED' && !isStray);
  const keptMinor = capturedMinor - sumOf(returned);
  const setAsideMinor = sumOf(refunds.filter((refund) => waitsForStaff(facts, refund)));
  const [captured, kept, total] = [capturedMinor, keptMinor, totalMinor].map((amountMinor) =>
    showMoney(amountMinor, currency),
  );
  if (order.status === 'PAID') {
    notes.expect(
      capturedMinor >= totalMinor,
      'paid-order-has-its-money',
      `${nameOf(facts)} costs ${total}, but only ${captured} was ever captured for it`,
    );
    notes.expect(
      keptMinor - setAsideMinor <= totalMinor,
      'surplus-goes-back',
      `${nameOf(facts)} costs ${total}, but ${kept} of its money is kept`,
    );
    notes.expect(
      keptMinor > 0 || totalMinor === 0,
      'paid-order-has-its-money',
      `${nameOf(facts)} has no money any more: all of ${captured} went back`,
    );
  } else if (order.status !== 'PENDING') {
    notes.expect(
      keptMinor === setAsideMinor,
      'ended-order-keeps-no-money',
      `${nameOf(facts)} is over, but ${kept} of the ${captured} captured for it did not go back`,
    );
  } else {
    notes.expect(
      capturedMinor === 0 || keptMinor < totalMinor,
      'covered-order-is-paid',
      `${nameOf(facts)} costs ${total}, has ${kept}, and is still not paid`,
    );
    notes.expect(!order.isOverdue, 'pending-order-ends', `${nameOf(facts)} waits past its end`);
  }
}

/** A paid order has valid tickets with their seats; any other order has none that admit. */
function checkTickets(facts: PurchaseFacts, notes: Notes): void {
  const { order, tickets } = facts;
  const name = nameOf(facts);
  const isPaid = order.status === 'PAID';
  const admitting = tickets.filter(({ status }) => ticketsThatAdmit.has(status));
  notes.expect(
    !isPaid || admitting.length > 0,
    'paid-order-has-tickets',
    `${name} has no valid ticket`,
  );
  notes.expect(
    isPaid || admitting.length === 0,
    'only-paid-orders-admit',
    `${name} has ${admitting.length} tickets that still admit`,
  );
  for (const { id, status, hasSeat } of tickets) {
    const admits = ticketsThatAdmit.has(status);
    notes.expect(
      status !== 'PENDING_PAYMENT' || order.status === 'PENDING',
      'tickets-follow-their-order',
      `Ticket ${id} of ${name} still waits for payment`,
    );
    notes.expect(
      order.status !== 'PENDING' || status === 'PENDING_PAYMENT',
      'tickets-follow-their-order',
      `Ticket ${id} of ${name} is ${status.toLowerCase()} before the order is paid`,
    );
    notes.expect(
      hasSeat === (admits || status === 'PENDING_PAYMENT'),
      'ticket-has-its-seat',
      hasSeat
        ? `Ticket ${id} of ${name} is ${status.toLowerCase()}, but keeps its seat from others`
        : `Ticket ${id} of ${name} is ${status.toLowerCase()}, but its seat is not booked for it`,
    );
  }
}

/** Nothing is left in the air. */
function checkPayments(facts: PurchaseFacts, notes: Notes): void {
  const { order, payments, refunds } = facts;
  for (const payment of payments) {
    const { id, status, providerState, amountMinor, refundedMinor } = payment;
    notes.expect(
      status !== 'PENDING' || providerState === 'CHALLENGE',
      'payments-settle',
      `Payment ${id} of ${nameOf(facts)} is neither captured nor failed (${providerState})`,
    );
    notes.expect(
      status !== 'PENDING' || order.status === 'PENDING',
      'payments-settle',
      `Payment ${id} is still open, though ${nameOf(facts)} takes no money any more`,
    );
    const own = refunds.filter(({ paymentId, isStray }) => paymentId === id && !isStray);
    const backMinor = sumOf(own.filter((refund) => refund.status === 'SUCCEEDED'));
    const reservedMinor = sumOf(own.filter((refund) => refund.status !== 'FAILED'));
    notes.expect(
      backMinor === refundedMinor && reservedMinor === payment.refundReservedMinor,
      'refunds-add-up',
      `Payment ${id} counts ${refundedMinor} given back and ${payment.refundReservedMinor} set ` +
        `aside, its refunds add up to ${backMinor} and ${reservedMinor}`,
    );
    notes.expect(
      backMinor <= amountMinor && (status === 'REFUNDED') === (backMinor === amountMinor),
      'refunds-add-up',
      `Payment ${id} of ${amountMinor} is ${status.toLowerCase()}, but ${backMinor} went back`,
    );
  }
}

function checkRefunds(facts: PurchaseFacts, notes: Notes): void {
  for (const refund of facts.refunds) {
    const { id, status, isStray, isRetried, amountMinor } = refund;
    const money = showMoney(amountMinor, facts.order.currency);
    const isOpen =
      (status === 'REQUESTED' || status === 'PENDING') && !waitsForStaff(facts, refund);
    notes.expect(!isOpen, 'refunds-settle', `Refund ${id} of ${money} is still under way`);
    notes.expect(
      status !== 'FAILED' || !isStray || isRetried,
      'refunds-settle',
      `Refund ${id} of ${money}, which no order may keep, failed: give it back by hand`,
    );
  }
  const answered = new Set(facts.answeredRefundIds);
  for (const id of facts.askedRefundIds.filter((asked) => !answered.has(asked))) {
    notes.add('refund-requests-are-answered', `Payments never answered refund request ${id}`);
  }
}

/** Both subgraphs tell the same story. */
function checkAgreement(facts: PurchaseFacts, notes: Notes): void {
  const { order, payable } = facts;
  compareBooks(facts, notes);
  if (payable === undefined || payable.totalMinor === null) {
    notes.add('payments-knows-orders', `Payments never heard of ${nameOf(facts)}`);
    return;
  }
  notes.expect(
    payable.totalMinor === order.totalMinor,
    'payments-knows-orders',
    `${nameOf(facts)} costs ${order.totalMinor}, payments believes ${payable.totalMinor}`,
  );
  const expected = {
    PENDING: 'PAYABLE',
    PAID: 'PAID',
    CANCELLED: 'CANCELLED',
    REFUNDED: undefined,
  };
  const status = expected[order.status];
  notes.expect(
    status === undefined || payable.status === status,
    'payments-knows-orders',
    `${nameOf(facts)} is ${payable.status.toLowerCase()} for payments`,
  );
  for (const link of facts.links.filter(({ status }) => status === 'PENDING')) {
    notes.expect(
      !link.isOverdue && order.status === 'PENDING',
      'links-end',
      `Payment link ${link.id} of ${nameOf(facts)} is still open`,
    );
  }
}

function compareBooks(facts: PurchaseFacts, notes: Notes): void {
  const captured = facts.payments.filter(isCaptured);
  const returned = facts.refunds.filter(
    ({ status, isStray }) => status === 'SUCCEEDED' && !isStray,
  );
  const pairs = [
    { what: 'payment', ours: captured, told: facts.toldPayments },
    { what: 'refund', ours: returned, told: facts.toldRefunds },
  ] as const;
  for (const { what, ours, told } of pairs) {
    const amounts = new Map(told.map(({ id, amountMinor }) => [id, amountMinor]));
    for (const { id, amountMinor } of ours) {
      notes.expect(
        amounts.get(id) === amountMinor,
        'ticketing-knows-money',
        amounts.has(id)
          ? `Ticketing was told ${amounts.get(id)} for ${what} ${id} of ${amountMinor}`
          : `Ticketing was never told of ${what} ${id} of ${nameOf(facts)}`,
      );
      amounts.delete(id);
    }
    for (const id of amounts.keys()) {
      notes.add('ticketing-knows-money', `Ticketing counts ${what} ${id}, payments does not`);
    }
  }
}
