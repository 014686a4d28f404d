import {
  administratorOnly,
  buyerGets,
  type Row,
  readers,
  resultRow,
  row,
  sellersGet,
} from './row.ts';

const queue = '"ticketing.payments"';

/** Holds, orders and tickets. */
export const orderRows: readonly Row[] = [
  row('order.status', 'query Ask($paidId: ID!) { order(id: $paidId) { status } }', readers),
  row(
    'order.tickets.rotatingSecret',
    'query Ask($paidId: ID!) { order(id: $paidId) { tickets { nodes { rotatingSecret } } } }',
    buyerGets('value', 'null'),
    ['order', 'tickets', 'nodes', '0', 'rotatingSecret'],
  ),
  row(
    'order.buyer.email',
    'query Ask($paidId: ID!) { order(id: $paidId) { buyer { email } } }',
    'UNAUTHENTICATED value null null null value value',
    ['order', 'buyer', 'email'],
  ),
  row(
    'user.orders',
    'query Ask($buyerId: ID!) { user(id: $buyerId) { orders(first: 1) { nodes { id } } } }',
    'UNAUTHENTICATED value FORBIDDEN FORBIDDEN FORBIDDEN value value',
    ['user', 'orders'],
  ),
  row(
    'user.tickets',
    'query Ask($buyerId: ID!) { user(id: $buyerId) { tickets(first: 1) { nodes { id } } } }',
    'UNAUTHENTICATED value FORBIDDEN FORBIDDEN FORBIDDEN value value',
    ['user', 'tickets'],
  ),
  row(
    'hold of the buyer',
    'query Ask($holdId: ID!) { hold(id: $holdId) { id } }',
    buyerGets('value', 'null'),
  ),
  resultRow(
    'holdSeats',
    'mutation Ask($scheduleId: ID!, $manySeatIds: [ID!]!, $key: String!) { holdSeats(input: { scheduleId: $scheduleId, seatIds: $manySeatIds, idempotencyKey: $key }) { __typename } }',
    `UNAUTHENTICATED ${'TooManySeats '.repeat(6).trim()}`,
  ),
  resultRow(
    'extendHold of the buyer',
    'mutation Ask($holdId: ID!) { extendHold(id: $holdId) { __typename } }',
    buyerGets('SeatHold', 'BAD_USER_INPUT'),
  ),
  resultRow(
    'releaseHold of the buyer',
    'mutation Ask($holdId: ID!) { releaseHold(id: $holdId) { __typename } }',
    buyerGets('-', 'BAD_USER_INPUT'),
  ),
  resultRow(
    'placeOrder of the buyer’s hold',
    'mutation Ask($holdId: ID!, $key: String!) { placeOrder(input: { holdId: $holdId, idempotencyKey: $key }) { __typename } }',
    buyerGets('-', 'BAD_USER_INPUT'),
  ),
  resultRow(
    'cancelOrder of a paid order',
    'mutation Ask($paidId: ID!) { cancelOrder(id: $paidId) { __typename } }',
    'UNAUTHENTICATED OrderNotCancellable BAD_USER_INPUT BAD_USER_INPUT - - -',
  ),
  resultRow(
    'sellAtBoxOffice',
    'mutation Ask($scheduleId: ID!, $seatId: ID!, $key: String!) { sellAtBoxOffice(input: { scheduleId: $scheduleId, seatIds: [$seatId], idempotencyKey: $key }) { __typename } }',
    sellersGet('-'),
  ),
  row(
    'checkPromoCode',
    'query Ask($scheduleId: ID!) { checkPromoCode(code: "NONE", scheduleId: $scheduleId) { __typename } }',
    `UNAUTHENTICATED ${'value '.repeat(6).trim()}`,
  ),
  row('ticket.status', 'query Ask($ticketId: ID!) { ticket(id: $ticketId) { status } }', readers),
  row(
    'ticket.entryCode',
    'query Ask($ticketId: ID!) { ticket(id: $ticketId) { entryCode } }',
    buyerGets('value', 'null'),
    ['ticket', 'entryCode'],
  ),
  resultRow(
    'shareTicket of the buyer',
    'mutation Ask($ticketId: ID!, $strangerId: ID!) { shareTicket(ticketId: $ticketId, userId: $strangerId) { __typename } }',
    buyerGets('-', 'BAD_USER_INPUT'),
  ),
  resultRow(
    'unshareTicket of the buyer, who has not shared it',
    'mutation Ask($ticketId: ID!) { unshareTicket(ticketId: $ticketId) { __typename } }',
    buyerGets('TicketNotChangeable', 'BAD_USER_INPUT'),
  ),
  resultRow(
    'reissueTicket',
    'mutation Ask($ticketId: ID!) { reissueTicket(ticketId: $ticketId) { __typename } }',
    sellersGet('-'),
  ),
  resultRow(
    'cancelSchedule with all its orders',
    'mutation Ask($scheduleId: ID!) { cancelSchedule(id: $scheduleId, reason: "rain") { __typename } }',
    'UNAUTHENTICATED FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN - -',
  ),
  resultRow(
    'cancelEvent with all its orders',
    'mutation Ask($eventId: ID!) { cancelEvent(id: $eventId, reason: "rain") { __typename } }',
    'UNAUTHENTICATED FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN - -',
  ),
  row(
    'ticketingDeadLetters',
    `query Ask { ticketingDeadLetters(queue: ${queue}) { endCursor nodes { id } } }`,
    administratorOnly,
  ),
  row(
    'replayTicketingDeadLetters',
    `mutation Ask { replayTicketingDeadLetters(queue: ${queue}, ids: []) }`,
    administratorOnly,
  ),
  row(
    'discardTicketingDeadLetters',
    `mutation Ask { discardTicketingDeadLetters(queue: ${queue}, ids: []) }`,
    administratorOnly,
  ),
];
