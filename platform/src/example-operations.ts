import { demoAccounts, demoPassword } from '@plaza/schema/demo-accounts';

/** An operation that the explorer offers and the start banner prints. */
export interface ExampleOperation {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Request headers of the explorer's tab. */
  readonly headers?: Readonly<Record<string, string>>;
}

const tokenHint = { authorization: 'Bearer paste-the-accessToken-of-Log-in-here' };

/** Crosses identity, ticketing and payments; a visitor sees the events, a customer their orders. */
export const plazaQuery: ExampleOperation = {
  name: 'Events and my orders',
  query: `query Plaza {
  events(first: 2) {
    nodes { name venue { name city } nextSchedule { startsAt priceFrom { amountMinor currency } } }
  }
  me {
    name
    orders(first: 2) {
      nodes {
        reference status
        total { amountMinor currency }
        payment { status method payer { name } }
        tickets(first: 2) { nodes { sectionLabel rowLabel seatLabel event { name } } }
      }
    }
  }
}`,
};

const logInMutation: ExampleOperation = {
  name: 'Log in',
  query: `mutation LogIn($email: String!, $password: String!) {
  logIn(input: { email: $email, password: $password }) {
    __typename
    ... on LogInSuccess { accessToken expiresAt user { name roles } }
    ... on InvalidCredentials { message }
  }
}`,
  variables: { email: demoAccounts.ana.email, password: demoPassword },
};

const staffQuery: ExampleOperation = {
  name: 'People and payments (administrator)',
  query: `query Staff {
  users(first: 5) { totalCount nodes { name email roles orders(first: 1) { nodes { reference status } } } }
  payments(first: 5) { nodes { status amount { amountMinor currency } payer { name } order { reference } } }
}`,
  headers: tokenHint,
};

/** In the order in which a newcomer would try them. */
export const exampleOperations: readonly ExampleOperation[] = [
  plazaQuery,
  logInMutation,
  { ...plazaQuery, name: 'My orders (with a token)', headers: tokenHint },
  staffQuery,
];
