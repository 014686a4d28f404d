import { requireScope, requireViewer } from '@plaza/kit/auth/viewer';
import { money } from '@plaza/kit/money.type';
import type { Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { newestFirst } from '@plaza/kit/pagination/keyset';
import { paginate } from '@plaza/kit/pagination/paginate';
import { parseInput } from '@plaza/kit/parse-input';
import { createUuidV7, requireUuid } from '@plaza/kit/uuid';
import { recordAudit } from '../audit/record-audit.ts';
import { badInput } from '../bad-input.ts';
import { actorOf, type TicketingContext } from '../context.ts';
import type { Prisma, PromoCode } from '../generated/prisma/client.ts';
import { visibleSchedule } from '../schedule/schedule.visibility.ts';
import { noSuchSchedule } from '../schedule/schedule-changes.service.ts';
import {
  type CreatePromoCodeInput,
  codeSchema,
  createPromoCodeSchema,
} from './promo-code.input.ts';
import type { CheckPromoCodeResult, CreatePromoCodeResult } from './promo-code-result.type.ts';
import { findPromoCodeObstacle, toPromoCodeRefused } from './promo-code-rules.ts';
import { countUsesOf } from './use-promo-code.ts';

/**
 * Makes a code. Throws BAD_USER_INPUT, also for an unknown event or performance, and UNAUTHENTICATED
 * or FORBIDDEN without the scope price:write.
 */
export async function createPromoCode(
  input: CreatePromoCodeInput,
  ctx: TicketingContext,
): Promise<CreatePromoCodeResult> {
  requireScope(ctx, 'price:write');
  const { code, validFrom, validUntil, ...given } = parseInput(createPromoCodeSchema, input);
  const { percentOff = null, amountOffMinor = null, currency = null } = given;
  const { usesMax = null, usesPerUserMax = null, eventId = null, scheduleId = null } = given;
  if (eventId !== null && (await ctx.loaders.eventById.load(eventId)) === undefined) {
    throw badInput('eventId', 'there is no event with this id');
  }
  if (scheduleId !== null && (await ctx.loaders.scheduleById.load(scheduleId)) === undefined) {
    throw noSuchSchedule('scheduleId');
  }
  const row = {
    ...{ code, percentOff, amountOffMinor, currency, usesMax, usesPerUserMax },
    ...{ validFrom, validUntil, eventId, scheduleId },
    kind: percentOff === null ? 'AMOUNT' : 'PERCENTAGE',
  } as const;
  return ctx.transactions.run(async ({ tx }) => {
    const [created] = await tx.promoCode.createManyAndReturn({
      data: [{ ...row, id: createUuidV7(), createdAt: ctx.now }],
      skipDuplicates: true,
    });
    if (created === undefined) {
      return { __typename: 'PromoCodeTaken', message: `There is a code ${code} already` };
    }
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action: 'promo_code.created',
      entityType: 'PromoCode',
      entityId: created.id,
      after: row,
    });
    return { ...created, __typename: 'PromoCode' };
  });
}

/**
 * Puts a code out of use; orders that used it keep their discount. A second call changes nothing.
 * Throws BAD_USER_INPUT for an unknown one, UNAUTHENTICATED or FORBIDDEN without the scope price:write.
 */
export function disablePromoCode(given: string, ctx: TicketingContext): Promise<PromoCode> {
  requireScope(ctx, 'price:write');
  const id = requireUuid(given, 'id');
  return ctx.transactions.run(async ({ tx }) => {
    const [disabled] = await tx.promoCode.updateManyAndReturn({
      where: { id, disabledAt: null },
      data: { disabledAt: ctx.now },
    });
    if (disabled === undefined) {
      const code = await tx.promoCode.findUnique({ where: { id } });
      if (code === null) throw badInput('id', 'there is no promo code with this id');
      return code;
    }
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action: 'promo_code.disabled',
      entityType: 'PromoCode',
      entityId: id,
      before: { disabledAt: null },
      after: { disabledAt: ctx.now },
    });
    return disabled;
  });
}

/** All codes, newest first. Throws UNAUTHENTICATED or FORBIDDEN without the scope price:write. */
export function listPromoCodes(
  args: ConnectionArgs,
  ctx: TicketingContext,
): Promise<Connection<PromoCode>> {
  requireScope(ctx, 'price:write');
  return paginate<PromoCode, Prisma.PromoCodeWhereInput, Prisma.PromoCodeOrderByWithRelationInput>({
    args,
    order: newestFirst,
    load: (query) => ctx.database.promoCode.findMany(query),
    count: () => ctx.database.promoCode.count(),
  });
}

/**
 * What a code would take off an order of the viewer. Throws UNAUTHENTICATED, so that codes are not
 * guessed by nobody, and BAD_USER_INPUT for a performance that the viewer cannot see.
 */
export async function checkPromoCode(
  given: { readonly code: string; readonly scheduleId: string },
  ctx: TicketingContext,
): Promise<CheckPromoCodeResult> {
  const { userId } = requireViewer(ctx);
  const scheduleId = requireUuid(given.scheduleId, 'scheduleId');
  const parsed = codeSchema.safeParse(given.code);
  const schedule = await visibleSchedule(await ctx.loaders.scheduleById.load(scheduleId), ctx);
  if (schedule === null) throw noSuchSchedule('scheduleId');
  if (!parsed.success) return toPromoCodeRefused('UNKNOWN');
  const code = await ctx.database.promoCode.findUnique({ where: { code: parsed.data } });
  const prices = await ctx.loaders.activePriceListOfSchedule.load(scheduleId);
  const usesOfUser = code === null ? 0 : await countUsesOf(code.id, userId, ctx.database);
  const currency = prices?.currency ?? null;
  const purpose = { schedule, currency, userId, usesOfUser, now: ctx.now };
  const obstacle = findPromoCodeObstacle(code, purpose);
  if (code === null || obstacle !== undefined) return toPromoCodeRefused(obstacle ?? 'UNKNOWN');
  return {
    __typename: 'PromoCodeOffer',
    code: code.code,
    kind: code.kind,
    percentOff: code.percentOff,
    amountOff: amountOffOf(code),
  };
}

/** What a code of the kind AMOUNT takes off at most. */
export function amountOffOf({ amountOffMinor, currency }: PromoCode) {
  return amountOffMinor === null || currency === null ? null : money(amountOffMinor, currency);
}
