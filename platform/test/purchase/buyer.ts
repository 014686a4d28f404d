import { randomUUID } from 'node:crypto';
import { demoPassword } from '@plaza/schema/demo-accounts';
import type { GraphAnswer, GraphClient, GraphRequest } from './graph-client.ts';
import {
  catalogueQuery,
  holdSeatsMutation,
  logInMutation,
  orderQuery,
  payOrderMutation,
  placeOrderMutation,
  registerMutation,
  seatMapQuery,
} from './operations.ts';
import { until } from './until.ts';

/** A password that nobody needs to remember. */
const password = 'a-password-of-1-test';

type Data = GraphAnswer['data'];

/** Somebody with an account who talks to the gateway. */
export class Person {
  readonly id: string;
  readonly token: string;
  readonly client: GraphClient;
  /** How long a request is sent again while processes are away. */
  readonly patienceMs: number;

  constructor(parts: { id: string; token: string; client: GraphClient; patienceMs?: number }) {
    this.id = parts.id;
    this.token = parts.token;
    this.client = parts.client;
    this.patienceMs = parts.patienceMs ?? 0;
  }

  /** Makes a new account. */
  static async register(client: GraphClient, patienceMs = 0): Promise<Person> {
    const email = `buyer-${randomUUID()}@example.com`;
    const input = { email, name: 'A Buyer', password };
    const request = { query: registerMutation, variables: { input } };
    const { register } = await client.insist(request, patienceMs);
    return new Person({ id: register.user.id, token: register.accessToken, client, patienceMs });
  }

  /** Logs a demo account in. */
  static async logIn(client: GraphClient, email: string): Promise<Person> {
    const variables = { input: { email, password: demoPassword } };
    const { logIn } = await client.ask({ query: logInMutation, variables });
    return new Person({ id: logIn.user.id, token: logIn.accessToken, client });
  }

  ask(query: string, variables: object = {}): Promise<Data> {
    return this.client.insist(this.#toRequest(query, variables), this.patienceMs);
  }

  send(query: string, variables: object = {}): Promise<GraphAnswer> {
    return this.client.send(this.#toRequest(query, variables));
  }

  async hold(
    scheduleId: string,
    seatIds: readonly string[],
    key: string = randomUUID(),
  ): Promise<Data> {
    const input = { scheduleId, seatIds, idempotencyKey: key };
    return (await this.ask(holdSeatsMutation, { input })).holdSeats;
  }

  async order(holdId: string, key: string = randomUUID()): Promise<Data> {
    const input = { holdId, idempotencyKey: key };
    return (await this.ask(placeOrderMutation, { input })).placeOrder;
  }

  /** Holds and orders seats that are free. */
  async orderSeats(scheduleId: string, seatIds: readonly string[]): Promise<Data> {
    const hold = await this.hold(scheduleId, seatIds);
    if (hold.__typename !== 'SeatHold') throw new Error(`No hold: ${JSON.stringify(hold)}`);
    const order = await this.order(hold.id);
    if (order.__typename !== 'Order') throw new Error(`No order: ${JSON.stringify(order)}`);
    return order;
  }

  /** Pays, and waits for as long as payments has not heard of the order. */
  async pay(orderId: string, cardToken: string, key: string = randomUUID()): Promise<Data> {
    const variables = { orderId, cardToken, idempotencyKey: key };
    return until('payments to know the order', async () => {
      const { payOrder } = await this.ask(payOrderMutation, variables);
      return payOrder.__typename === 'OrderUnknownYet' ? undefined : payOrder;
    });
  }

  async readOrder(id: string): Promise<Data> {
    return (await this.ask(orderQuery, { id })).order;
  }

  /** Waits until the order is in that state. */
  untilOrder(id: string, status: string, timeoutMs?: number): Promise<Data> {
    return until(
      `order ${id} to be ${status}`,
      async () => {
        const order = await this.readOrder(id);
        return order?.status === status ? order : undefined;
      },
      timeoutMs,
    );
  }

  #toRequest(query: string, variables: object): GraphRequest {
    return { query, variables, token: this.token };
  }
}

export interface SeatChoice {
  readonly scheduleId: string;
  readonly freeSeatIds: readonly string[];
}

/** A performance on sale and seats of it that are free and have a price. */
export async function browse(client: GraphClient): Promise<SeatChoice> {
  const [first] = await readSchedulesOnSale(client);
  if (first === undefined) throw new Error('Nothing is on sale');
  return chooseSeats(client, first);
}

/** As `browse`, for every performance on sale. */
export async function browseAll(client: GraphClient): Promise<readonly SeatChoice[]> {
  const schedules = await readSchedulesOnSale(client);
  return Promise.all(schedules.map((id) => chooseSeats(client, id)));
}

async function readSchedulesOnSale(client: GraphClient): Promise<string[]> {
  const { events } = await client.ask({ query: catalogueQuery });
  const schedules: Data[] = events.nodes.flatMap((event: Data) => event.schedules.nodes);
  return schedules.filter(({ salePhase }) => salePhase === 'ON_SALE').map(({ id }) => id);
}

async function chooseSeats(client: GraphClient, scheduleId: string): Promise<SeatChoice> {
  const { schedule } = await client.ask({ query: seatMapQuery, variables: { scheduleId } });
  const sections: Data[] = schedule.sections.nodes.filter((section: Data) => section.price);
  const freeSeatIds = sections
    .flatMap((section) => section.seats.nodes)
    .filter(({ state }) => state === 'FREE')
    .map(({ seat }) => seat.id);
  return { scheduleId, freeSeatIds };
}
