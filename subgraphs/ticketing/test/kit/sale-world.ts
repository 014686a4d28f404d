import { randomUUID } from 'node:crypto';
import type { Message } from '@plaza/kit/message-bus/message';
import type { RefundRequested } from '@plaza/schema/events';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { expireHolds } from '../../src/hold/expire-holds.ts';
import { expireOrders } from '../../src/order/expire-orders.ts';
import { findContradictions } from './find-contradictions.ts';
import { type InFlight, PaymentsModel } from './payments-model.ts';
import { Sales } from './sales.ts';
import { absentId, type SeededTicketing, viewers } from './seeded-ticketing.ts';

const seatsCount = 16;
const dayMs = 86_400_000;
/** One for three orders at a time, one for one order of each person. */
const promoCodes = [
  { code: 'FOR-THREE', usesMax: 3 },
  { code: 'ONCE-EACH', usesPerUserMax: 1 },
] as const;
const people = [viewers.ana, viewers.luis, viewers.seller] as const;

/** Arrows of the state machines, closed over several steps: what two looks may find. */
const reachable: Readonly<Record<string, readonly string[]>> = {
  'seat_holds ACTIVE': ['RELEASED', 'EXPIRED'],
  'orders PENDING': ['PAID', 'CANCELLED', 'REFUNDED'],
  'orders PAID': ['REFUNDED', 'CANCELLED'],
  'tickets PENDING_PAYMENT': ['ISSUED', 'CANCELLED', 'EXPIRED'],
  'tickets ISSUED': ['CANCELLED'],
};

/** A few seats, three people, payments, and a clock that jumps. */
export class SaleWorld {
  counts: Record<string, number> = {};
  readonly #sales: Sales;
  readonly #database: PrismaClient;
  readonly #payments = new PaymentsModel();
  readonly #seats: readonly string[];
  readonly #inFlight: InFlight[] = [];
  readonly #delivered: { readonly sent: InFlight; readonly message: Message }[] = [];
  readonly #faults: string[] = [];
  #random: number;
  #seen = new Map<string, string>();

  private constructor(sales: Sales, seed: number) {
    this.#sales = sales;
    this.#database = sales.ticketing.database;
    this.#seats = sales.takeFreshSeats(seatsCount);
    this.#random = seed;
  }

  static async on(subgraph: SeededTicketing, seed: number): Promise<SaleWorld> {
    const { database, clock } = subgraph;
    const window = { validFrom: clock.now, validUntil: new Date(clock.now.getTime() + 30 * dayMs) };
    const code = { ...window, kind: 'PERCENTAGE', percentOff: 10, createdAt: clock.now } as const;
    for (const limits of promoCodes)
      await database.promoCode.create({ data: { ...code, ...limits } });
    return new SaleWorld(await Sales.on(subgraph, 'frontera-vs-deportivo-bahia'), seed);
  }

  /** A whole number from 0 up to the bound, the same for the same seed (mulberry32). */
  below(bound: number): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  act(): Promise<void> {
    const actions = [
      () => this.#hold(),
      () => this.#hold(),
      () => this.#changeHold(),
      () => this.#placeOrder(),
      () => this.#placeOrder(),
      () => this.#sellAtBoxOffice(),
      () => this.#cancelOrder(),
      () => this.#pay(),
      () => this.#pay(),
      () => this.#link(),
      () => this.#refund(),
      () => this.#deliver(),
      () => this.#deliver(),
      () => this.#deliver(),
      () => this.#deliverAgain(),
      () => this.#changeTicket(),
      () => this.#sweep(),
    ];
    return this.#one(actions)();
  }

  /** Everything arrives, every refund is answered, every time to pay ends. */
  async comeToRest(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      while (this.#inFlight.length > 0) await this.#deliver();
      const { clock } = this.#sales.ticketing;
      clock.now = new Date(clock.now.getTime() + 6 * 3_600_000);
      while (await expireHolds(this.#sales.transactions, clock.now));
      while (await expireOrders(this.#sales.transactions, clock.now));
      await this.#answerRefunds();
    }
  }

  /** Contradictions between the tables, states that were not drawn, and faults that callers met. */
  async findFaults(): Promise<string[]> {
    const found = await findContradictions(this.#database);
    return [...found, ...(await this.#findJumps()), ...this.#faults];
  }

  /** At rest an order that is not paid has no money, and one that is has no more than its total. */
  async findWrongMoney(): Promise<string[]> {
    const orders = await this.#database.order.findMany({ where: { holdId: { not: null } } });
    this.counts = {};
    return orders.flatMap(({ id, status, totalMinor }) => {
      this.counts[status] = (this.counts[status] ?? 0) + 1;
      const kept = this.#payments.keptOf(id);
      if (status !== 'PAID') return kept === 0 ? [] : [`${status} order ${id} has ${kept}`];
      const isRight = this.#payments.gaveByItself(id) ? kept <= totalMinor : kept === totalMinor;
      return isRight ? [] : [`paid order ${id} of ${totalMinor} has ${kept}`];
    });
  }

  /** What two looks found must be joined by arrows that are drawn. */
  async #findJumps(): Promise<string[]> {
    const rows = await this.#database.$queryRaw<{ place: string; id: string; status: string }[]>`
      SELECT 'seat_holds' AS place, id, status::text FROM seat_holds
      UNION ALL SELECT 'orders', id, status::text FROM orders WHERE hold_id IS NOT NULL
      UNION ALL SELECT 'tickets', ticket.id, ticket.status::text FROM tickets AS ticket
        JOIN orders ON orders.id = ticket.order_id WHERE orders.hold_id IS NOT NULL`;
    const jumps = rows.flatMap(({ place, id, status }) => {
      const before = this.#seen.get(id);
      if (before === undefined || before === status) return [];
      const isDrawn = reachable[`${place} ${before}`]?.includes(status) ?? false;
      return isDrawn ? [] : [`${place} ${id} went from ${before} to ${status}`];
    });
    this.#seen = new Map(rows.map(({ id, status }) => [id, status]));
    return jumps;
  }

  async #hold(): Promise<void> {
    const first = this.below(seatsCount);
    const count = 1 + this.below(3);
    const wish = Array.from(
      { length: count },
      (_, n) => this.#seats[(first + n) % seatsCount] ?? '',
    );
    this.#note(await this.#sales.hold(this.below(2) === 0 ? wish : wish.reverse(), this.#person()));
  }

  async #changeHold(): Promise<void> {
    const id = await this.#anyId('seat_holds');
    const name = this.below(2) === 0 ? 'extendHold' : 'releaseHold';
    await this.#ask(`mutation { ${name}(id: "${id}") { __typename } }`);
  }

  async #placeOrder(): Promise<void> {
    const id = await this.#anyId('seat_holds');
    const hold = await this.#database.seatHold.findUnique({ where: { id } });
    const holder = people.find(({ userId }) => userId === hold?.holderId);
    const isTheirs = holder !== undefined && this.below(5) > 0;
    const promoCode = this.#one([undefined, ...promoCodes.map(({ code }) => code)]);
    const more = promoCode === undefined ? {} : { promoCode };
    this.#note(await this.#sales.order(id, isTheirs ? holder : this.#person(), more));
  }

  async #sellAtBoxOffice(): Promise<void> {
    const seat = this.#one(this.#seats);
    const sale = `scheduleId: "${this.#sales.schedule.id}", seatIds: ["${seat}"]`;
    await this.#ask(`mutation { sellAtBoxOffice(input: { ${sale},
      isCourtesy: ${this.below(3) === 0}, idempotencyKey: "${randomUUID()}" }) { __typename } }`);
  }

  async #cancelOrder(): Promise<void> {
    await this.#ask(
      `mutation { cancelOrder(id: "${await this.#anyId('orders')}") { __typename } }`,
    );
  }

  async #changeTicket(): Promise<void> {
    const id = await this.#anyId('tickets');
    const change = this.#one([
      `shareTicket(ticketId: "${id}", userId: "${viewers.luis.userId}")`,
      `unshareTicket(ticketId: "${id}")`,
      `reissueTicket(ticketId: "${id}")`,
    ]);
    await this.#ask(`mutation { ${change} { __typename } }`);
  }

  async #pay(): Promise<void> {
    const order = await this.#database.order.findUnique({
      where: { id: await this.#anyId('orders') },
    });
    if (order === null || order.totalMinor === 0) return;
    const total = order.totalMinor;
    const amount = this.#one([total, total, total, Math.ceil(total / 2), total + 100]);
    this.#inFlight.push(this.#payments.capture(order, amount));
  }

  async #link(): Promise<void> {
    const orderId = await this.#anyId('orders');
    if (orderId === absentId) return;
    const link = { orderId, paymentLinkId: randomUUID() };
    const expiresAt = new Date(this.#sales.now.getTime() + 600_000).toISOString();
    this.#inFlight.push(
      { type: 'payment_link.created', payload: { ...link, expiresAt } },
      { type: 'payment_link.expired', payload: link },
    );
  }

  /** Staff gives money back by itself, or payments answers what ticketing asked for. */
  async #refund(): Promise<void> {
    if (this.below(3) > 0) return this.#answerRefunds();
    const given = this.#payments.giveBack(await this.#anyId('orders'));
    if (given !== undefined) this.#inFlight.push(given);
  }

  async #answerRefunds(): Promise<void> {
    const type = 'refund.requested';
    const rows = await this.#database.outboxMessage.findMany({ where: { type } });
    for (const { message } of rows) {
      const { payload } = message as unknown as Message<RefundRequested>;
      this.#inFlight.push(...this.#payments.answer(payload));
    }
  }

  async #deliver(): Promise<void> {
    const [sent] = this.#inFlight.splice(this.below(this.#inFlight.length || 1), 1);
    if (sent === undefined) return;
    this.#delivered.push({ sent, message: await this.#sales.tell(sent.type, sent.payload) });
  }

  /** The same message once more, or the same fact under a new one. */
  async #deliverAgain(): Promise<void> {
    if (this.#delivered.length === 0) return;
    const { sent, message } = this.#one(this.#delivered);
    await this.#sales.tell(sent.type, sent.payload, this.below(2) === 0 ? message : undefined);
  }

  async #sweep(): Promise<void> {
    const { clock } = this.#sales.ticketing;
    if (this.below(2) === 0) clock.now = new Date(clock.now.getTime() + this.below(5) * 60_000);
    await Promise.all([
      expireHolds(this.#sales.transactions, clock.now),
      expireOrders(this.#sales.transactions, clock.now),
    ]);
  }

  async #ask(query: string): Promise<void> {
    this.#note(await this.#sales.ticketing.execute({ query, viewer: this.#person() }));
  }

  /** A refusal is fine; a fault of the service is not. */
  #note({ errors }: Awaited<ReturnType<Sales['hold']>>): void {
    for (const { extensions, message } of errors ?? []) {
      const isRefusal = ['BAD_USER_INPUT', 'FORBIDDEN'].includes(String(extensions?.code));
      if (!isRefusal) this.#faults.push(`${extensions?.code}: ${message}`);
    }
  }

  async #anyId(table: 'orders' | 'seat_holds' | 'tickets'): Promise<string> {
    const where = { scheduleId: this.#sales.schedule.id };
    const latest = { orderBy: { id: 'desc' }, take: 6, select: { id: true } } as const;
    const ofHolds = { ...where, holdId: { not: null } };
    const rows = {
      orders: () => this.#database.order.findMany({ where: ofHolds, ...latest }),
      seat_holds: () => this.#database.seatHold.findMany({ where, ...latest }),
      tickets: () => this.#database.ticket.findMany({ where: { order: ofHolds }, ...latest }),
    };
    const found = await rows[table]();
    return found.length === 0 ? absentId : this.#one(found).id;
  }

  #person() {
    return this.#one(people);
  }

  #one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
