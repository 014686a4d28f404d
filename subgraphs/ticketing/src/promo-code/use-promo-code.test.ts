import { createUuidV7 } from '@plaza/kit/uuid';
import test from 'ava';
import { createSmallCatalogue, noon, type SmallCatalogue } from '../../test/kit/small-catalogue.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { type PromoCodeUsed, releasePromoCode, usePromoCode } from './use-promo-code.ts';

let catalogue: SmallCatalogue;
let eventId: string;
let scheduleId: string;
test.before(async () => {
  catalogue = await createSmallCatalogue();
  eventId = await catalogue.addEvent('PUBLISHED');
  scheduleId = await catalogue.addSchedule(eventId);
});
test.after.always(() => catalogue?.[Symbol.asyncDispose]());

const dayMs = 24 * 60 * 60_000;

function addCode(code: string, limits: Partial<Prisma.PromoCodeUncheckedCreateInput> = {}) {
  const validUntil = new Date(noon.getTime() + dayMs);
  const window = { validFrom: noon, validUntil, createdAt: noon };
  return catalogue.database.promoCode.create({
    data: { code, kind: 'PERCENTAGE', percentOff: 15, ...window, ...limits },
  });
}

interface Purchase {
  readonly userId?: string | null;
  readonly now?: Date;
  readonly subtotalMinor?: number;
  readonly currency?: 'MXN' | 'USD';
  readonly schedule?: { readonly id: string; readonly eventId: string };
}

/** An order that uses the code, written after the use as a purchase may; none with an obstacle. */
async function order(
  code: string,
  purchase: Purchase = {},
): Promise<PromoCodeUsed & { readonly orderId: string }> {
  const { userId = null, now = noon, subtotalMinor = 20_000, currency = 'MXN' } = purchase;
  const schedule = purchase.schedule ?? { id: scheduleId, eventId };
  const orderId = createUuidV7();
  return transact(async (tx) => {
    const bill = { subtotalMinor, currency };
    const used = await usePromoCode(tx, { ...bill, code, orderId, schedule, userId, now });
    if ('obstacle' in used) return { ...used, orderId };
    const { discountMinor } = used;
    await tx.order.create({
      data: {
        ...bill,
        ...{ id: orderId, scheduleId, channel: 'ONLINE', feesMinor: 0, taxesMinor: 0 },
        ...{ discountMinor, totalMinor: subtotalMinor - discountMinor, payableUntil: noon },
      },
    });
    return { ...used, orderId };
  });
}

function release(orderId: string): Promise<void> {
  return transact((tx) => releasePromoCode(tx, { orderId, now: noon }));
}

/** Patient, because fifty wait for the connections of one pool. */
function transact<Done>(work: (tx: Prisma.TransactionClient) => Promise<Done>): Promise<Done> {
  return catalogue.database.$transaction(work, { maxWait: 60_000, timeout: 60_000 });
}

async function usesOf(code: string) {
  const { usesCount, id } = await catalogue.database.promoCode.findUniqueOrThrow({
    where: { code },
  });
  const where = { promoCodeId: id, releasedAt: null };
  return { usesCount, rows: await catalogue.database.promoCodeUse.count({ where }) };
}

test('lets ten of fifty that use a code of ten at once use it', async (t) => {
  await addCode('TEN', { usesMax: 10 });
  const orders = await Promise.all([...Array(50)].map(() => order('TEN')));
  const used = orders.filter((one) => 'discountMinor' in one);
  t.is(used.length, 10);
  const obstacles = orders.flatMap((one) => ('obstacle' in one ? [one.obstacle] : []));
  t.deepEqual([...new Set(obstacles)], ['USED_UP']);
  t.deepEqual(await usesOf('TEN'), { usesCount: 10, rows: 10 });
});

test('lets one person use a code twice, however many of their orders try at once', async (t) => {
  await addCode('TWICE', { usesPerUserMax: 2 });
  const userId = createUuidV7();
  const orders = await Promise.all([...Array(12)].map(() => order('TWICE', { userId })));
  t.is(orders.filter((one) => 'discountMinor' in one).length, 2);
  t.true(orders.every((one) => 'discountMinor' in one || one.obstacle === 'USED_BY_YOU'));
  t.true('discountMinor' in (await order('TWICE', { userId: createUuidV7() })));
  t.like(await order('TWICE'), { obstacle: 'ACCOUNT_NEEDED' });
});

test('gives a use back once, however often the order is released', async (t) => {
  await addCode('BACK', { usesMax: 2, usesPerUserMax: 1 });
  const userId = createUuidV7();
  const first = await order('BACK', { userId });
  await order('BACK', { userId: createUuidV7() });
  t.like(await order('BACK', { userId }), { obstacle: 'USED_UP' });
  await Promise.all([release(first.orderId), release(first.orderId), release(first.orderId)]);
  await release(createUuidV7());
  t.deepEqual(await usesOf('BACK'), { usesCount: 1, rows: 1 });
  t.true('discountMinor' in (await order('BACK', { userId })));
});

test('leaves nothing of a use whose order is not made', async (t) => {
  await addCode('NONE', { usesMax: 1 });
  const attempt = transact((tx) =>
    usePromoCode(tx, {
      ...{ code: 'NONE', orderId: createUuidV7(), schedule: { id: scheduleId, eventId } },
      ...{ userId: null, subtotalMinor: 1, currency: 'MXN', now: noon },
    }),
  );
  await t.throwsAsync(attempt, { message: /ForeignKeyConstraintViolation/ });
  t.deepEqual(await usesOf('NONE'), { usesCount: 0, rows: 0 });
});

for (const [what, subtotalMinor, code, discountMinor] of [
  ['rounds a percentage half up', 10, { percentOff: 15 }, 2],
  ['takes all of the prices at 100 percent', 12_345, { percentOff: 100 }, 12_345],
  ['takes a fixed amount', 12_345, { amountOffMinor: 5_000 }, 5_000],
  ['takes no more than the prices', 4_999, { amountOffMinor: 5_000 }, 4_999],
] as const) {
  test(`a code ${what}`, async (t) => {
    const amount = { kind: 'AMOUNT', percentOff: null, currency: 'MXN' } as const;
    const name = `D${what.length}-${subtotalMinor}`.toUpperCase();
    await addCode(name, 'percentOff' in code ? code : { ...amount, ...code });
    t.like(await order(name, { subtotalMinor }), { discountMinor });
  });
}

test('refuses a code at the wrong time, for the wrong thing, or out of use', async (t) => {
  const other = { id: createUuidV7(), eventId: createUuidV7() };
  await addCode('EVENT', { eventId });
  await addCode('SCHEDULE', { scheduleId });
  await addCode('DOLLAR', { kind: 'AMOUNT', percentOff: null, amountOffMinor: 1, currency: 'USD' });
  await addCode('OFF', { disabledAt: noon });
  const later = (ms: number): Date => new Date(noon.getTime() + ms);
  for (const [code, purchase, obstacle] of [
    ['NOSUCH', {}, 'UNKNOWN'],
    ['OFF', {}, 'UNKNOWN'],
    ['EVENT', { now: later(-1) }, 'UNKNOWN'],
    ['EVENT', { now: later(dayMs) }, 'EXPIRED'],
    ['EVENT', { schedule: other }, 'ELSEWHERE'],
    ['SCHEDULE', { schedule: { ...other, eventId } }, 'ELSEWHERE'],
    ['DOLLAR', {}, 'ELSEWHERE'],
  ] as const) {
    t.like(await order(code, purchase), { obstacle }, `${code} ${obstacle}`);
  }
  t.like(await order('EVENT', { now: later(dayMs - 1) }), { discountMinor: 3_000 });
  t.like(await order('SCHEDULE'), { discountMinor: 3_000 });
  t.like(await order('DOLLAR', { currency: 'USD' }), { discountMinor: 1 });
});
