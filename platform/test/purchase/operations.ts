/** What a shop's client sends. */
export const registerMutation = /* GraphQL */ `
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      __typename
      ... on RegisterSuccess { accessToken user { id name } }
    }
  }`;

export const logInMutation = /* GraphQL */ `
  mutation LogIn($input: LogInInput!) {
    logIn(input: $input) {
      __typename
      ... on LogInSuccess { accessToken user { id name } }
    }
  }`;

export const catalogueQuery = /* GraphQL */ `
  query Catalogue {
    events(first: 20) {
      nodes { id name schedules(first: 10) { nodes { id salePhase priceFrom { amountMinor } } } }
    }
  }`;

export const seatMapQuery = /* GraphQL */ `
  query SeatMap($scheduleId: ID!) {
    schedule(id: $scheduleId) {
      sections(first: 20) {
        nodes {
          section { name }
          price { total { amountMinor } }
          seats(first: 100) { nodes { state seat { id } } }
        }
      }
    }
  }`;

export const holdSeatsMutation = /* GraphQL */ `
  mutation HoldSeats($input: HoldSeatsInput!) {
    holdSeats(input: $input) {
      __typename
      ... on SeatHold { id expiresAt seats { id } }
      ... on SeatsTaken { seats { id } }
      ... on ScheduleNotOnSale { phase }
    }
  }`;

export const placeOrderMutation = /* GraphQL */ `
  mutation PlaceOrder($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      __typename
      ... on Order { id reference status total { amountMinor currency } }
    }
  }`;

const payment = /* GraphQL */ `payment { id status amount { amountMinor } }`;

export const payOrderMutation = /* GraphQL */ `
  mutation PayOrder($orderId: ID!, $cardToken: String!, $idempotencyKey: String!) {
    payOrder(orderId: $orderId, cardToken: $cardToken, idempotencyKey: $idempotencyKey) {
      __typename
      ... on PaymentProcessing { ${payment} }
      ... on PaymentCaptured { ${payment} }
      ... on ChallengeRequired { url ${payment} }
      ... on PaymentDeclined { reason ${payment} }
      ... on PaymentProviderAway { ${payment} }
      ... on OrderUnknownYet { retryAfterMs }
    }
  }`;

export const orderQuery = /* GraphQL */ `
  query Order($id: ID!) {
    order(id: $id) {
      id
      status
      reference
      total { amountMinor }
      buyer { id name }
      payment { id status refunded { amountMinor } }
      tickets(first: 12) {
        nodes { id status isShared entryCode rotatingSecret generation holder { id name } seat { id } }
      }
    }
  }`;

export const ticketQuery = /* GraphQL */ `
  query Ticket($id: ID!) {
    ticket(id: $id) {
      id status entryCode rotatingSecret generation holder { id name } order { id }
      event { name }
    }
  }`;

export const shareTicketMutation = /* GraphQL */ `
  mutation ShareTicket($ticketId: ID!, $userId: ID!) {
    shareTicket(ticketId: $ticketId, userId: $userId) {
      __typename
      ... on Ticket { id generation entryCode holder { id } }
    }
  }`;

export const cancelOrderMutation = /* GraphQL */ `
  mutation CancelOrder($id: ID!) {
    cancelOrder(id: $id) {
      __typename
      ... on Order { id status }
    }
  }`;

export const refundPaymentMutation = /* GraphQL */ `
  mutation RefundPayment($paymentId: ID!, $amountMinor: Int, $idempotencyKey: String!) {
    refundPayment(paymentId: $paymentId, amountMinor: $amountMinor, idempotencyKey: $idempotencyKey) {
      __typename
      ... on RefundAccepted { refund { id status } payment { id status } }
    }
  }`;

export const createPaymentLinkMutation = /* GraphQL */ `
  mutation CreatePaymentLink($orderId: ID!, $expiresAt: DateTime!, $idempotencyKey: String!) {
    createPaymentLink(orderId: $orderId, expiresAt: $expiresAt, idempotencyKey: $idempotencyKey) {
      __typename
      ... on PaymentLinkCreated { link { code status expiresAt } }
    }
  }`;

export const payPaymentLinkMutation = /* GraphQL */ `
  mutation PayPaymentLink($code: String!, $cardToken: String!, $idempotencyKey: String!) {
    payPaymentLink(code: $code, cardToken: $cardToken, idempotencyKey: $idempotencyKey) {
      __typename
      ... on PaymentLinkNotPayable { link { status } }
      ... on PaymentProcessing { payment { id status } }
    }
  }`;

export const sellAtBoxOfficeMutation = /* GraphQL */ `
  mutation SellAtBoxOffice($input: BoxOfficeSaleInput!) {
    sellAtBoxOffice(input: $input) {
      __typename
      ... on Order { id status total { amountMinor } }
      ... on SeatsTaken { seats { id } }
    }
  }`;
