import {
  administratorOnly,
  paymentReaders,
  type Row,
  readers,
  resultRow,
  row,
  sellersGet,
} from './row.ts';

const queue = '"payments.orders"';
const everybodyGets = (outcome: string) => `${outcome} `.repeat(7).trim();

/** Payments, refunds, links and credit. */
export const paymentRows: readonly Row[] = [
  row(
    'order.payment.status',
    'query Ask($paidId: ID!) { order(id: $paidId) { payment { status } } }',
    readers,
    ['order', 'payment', 'status'],
  ),
  row(
    'order.payment.order.tickets',
    'query Ask($paidId: ID!) { order(id: $paidId) { payment { order { tickets { nodes { id } } } } } }',
    readers,
    ['order', 'payment', 'order', 'tickets'],
  ),
  row(
    'payment.order.status',
    'query Ask($paymentId: ID!) { payment(id: $paymentId) { order { status } } }',
    readers,
    ['payment', 'order', 'status'],
  ),
  row(
    'payment.refunds',
    'query Ask($paymentId: ID!) { payment(id: $paymentId) { refunds { status } } }',
    readers,
    ['payment', 'refunds'],
  ),
  row(
    'user.payments',
    'query Ask($buyerId: ID!) { user(id: $buyerId) { payments(first: 1) { nodes { id } } } }',
    'UNAUTHENTICATED value FORBIDDEN FORBIDDEN FORBIDDEN value value',
    ['user', 'payments'],
  ),
  row('payments', 'query Ask { payments(first: 1) { nodes { id } } }', paymentReaders),
  resultRow(
    'payOrder of the buyer’s order',
    'mutation Ask($pendingId: ID!, $key: String!) { payOrder(orderId: $pendingId, cardToken: "tok_visa", idempotencyKey: $key) { __typename } }',
    'UNAUTHENTICATED - FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN',
  ),
  resultRow(
    'cancelPayment of a captured payment',
    'mutation Ask($paymentId: ID!) { cancelPayment(id: $paymentId) { __typename } }',
    'UNAUTHENTICATED PaymentNotCancellable PaymentNotFound PaymentNotFound FORBIDDEN FORBIDDEN PaymentNotCancellable',
  ),
  resultRow(
    'refundPayment',
    'mutation Ask($paymentId: ID!, $key: String!) { refundPayment(paymentId: $paymentId, idempotencyKey: $key) { __typename } }',
    `UNAUTHENTICATED ${'FORBIDDEN '.repeat(5)}-`,
  ),
  resultRow(
    'refundPayment of none',
    'mutation Ask($absentId: ID!, $key: String!) { refundPayment(paymentId: $absentId, idempotencyKey: $key) { __typename } }',
    `UNAUTHENTICATED ${'FORBIDDEN '.repeat(5)}PaymentNotFound`,
  ),
  row('failedRefunds', 'query Ask { failedRefunds(first: 1) { nodes { id } } }', paymentReaders),
  row('delayedRefunds', 'query Ask { delayedRefunds(first: 1) { nodes { id } } }', paymentReaders),
  row(
    'refundsToHandOver',
    'query Ask { refundsToHandOver(first: 1) { nodes { id } } }',
    paymentReaders,
  ),
  resultRow(
    'retryRefund',
    'mutation Ask($absentId: ID!) { retryRefund(id: $absentId) { __typename } }',
    `UNAUTHENTICATED ${'FORBIDDEN '.repeat(5)}RefundNotFound`,
  ),
  resultRow(
    'recordRefundHandover',
    'mutation Ask($absentId: ID!) { recordRefundHandover(refundId: $absentId) { __typename } }',
    sellersGet('RefundNotFound'),
  ),
  resultRow(
    'recordBoxOfficePayments of an order that is paid',
    'mutation Ask($paidId: ID!, $key: String!) { recordBoxOfficePayments(orderId: $paidId, idempotencyKey: $key, tenders: [{ method: CASH, amountMinor: 1, currency: MXN }]) { __typename } }',
    sellersGet('OrderNotPayable'),
  ),
  row(
    'paymentLink',
    'query Ask($linkCode: String!) { paymentLink(code: $linkCode) { status } }',
    everybodyGets('value'),
  ),
  resultRow(
    'payPaymentLink of none',
    'mutation Ask($key: String!) { payPaymentLink(code: "none", cardToken: "tok_visa", idempotencyKey: $key) { __typename } }',
    everybodyGets('PaymentLinkNotFound'),
  ),
  resultRow(
    'createPaymentLink of an order that is paid',
    'mutation Ask($paidId: ID!, $soon: DateTime!, $key: String!) { createPaymentLink(orderId: $paidId, expiresAt: $soon, idempotencyKey: $key) { __typename } }',
    sellersGet('OrderNotPayable'),
  ),
  resultRow(
    'cancelPaymentLink of none',
    'mutation Ask { cancelPaymentLink(code: "none") { __typename } }',
    sellersGet('PaymentLinkNotFound'),
  ),
  row(
    'clientCreditAccount',
    'query Ask($buyerId: ID!) { clientCreditAccount(clientId: $buyerId) { id } }',
    'UNAUTHENTICATED value FORBIDDEN FORBIDDEN value value value',
  ),
  row(
    'setClientCreditLimit',
    'mutation Ask($buyerId: ID!) { setClientCreditLimit(clientId: $buyerId, limitMinor: 1000) { id } }',
    administratorOnly,
  ),
  resultRow(
    'recordClientCreditPayment of more than is owed',
    'mutation Ask($accountId: ID!, $key: String!) { recordClientCreditPayment(accountId: $accountId, amountMinor: 1, idempotencyKey: $key) { __typename } }',
    sellersGet('ClientCreditPaymentTooLarge'),
  ),
  row(
    'paymentsDeadLetters',
    `query Ask { paymentsDeadLetters(queue: ${queue}) { endCursor nodes { id } } }`,
    administratorOnly,
  ),
  row(
    'replayPaymentsDeadLetters',
    `mutation Ask { replayPaymentsDeadLetters(queue: ${queue}, ids: []) }`,
    administratorOnly,
  ),
  row(
    'discardPaymentsDeadLetters',
    `mutation Ask { discardPaymentsDeadLetters(queue: ${queue}, ids: []) }`,
    administratorOnly,
  ),
];
