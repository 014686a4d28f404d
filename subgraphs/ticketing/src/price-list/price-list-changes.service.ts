import { requireScope } from '@plaza/kit/auth/viewer';
import { parseInput } from '@plaza/kit/parse-input';
import { createUuidV7, requireUuid } from '@plaza/kit/uuid';
import { recordAudit } from '../audit/record-audit.ts';
import { badInput } from '../bad-input.ts';
import { actorOf, type TicketingContext } from '../context.ts';
import type { PriceList, Prisma, Schedule } from '../generated/prisma/client.ts';
import { outdatePrices } from '../live/outdate.ts';
import { lockSchedule, noSuchSchedule } from '../schedule/schedule-changes.service.ts';
import {
  type CreatePriceListInput,
  createPriceListSchema,
  type ParsedPriceList,
} from './price-list.input.ts';
import type { ChangePriceListResult } from './price-list-result.type.ts';

/**
 * Writes the next version of a performance's prices, which is not in force yet; a version that is
 * written never changes. Throws BAD_USER_INPUT, also for an unknown performance, zone or section, and
 * UNAUTHENTICATED or FORBIDDEN without the scope price:write.
 */
export function createPriceList(
  input: CreatePriceListInput,
  ctx: TicketingContext,
): Promise<ChangePriceListResult> {
  requireScope(ctx, 'price:write');
  const { scheduleId, currency, items } = parseInput(createPriceListSchema, input);
  return ctx.transactions.run(async ({ tx }) => {
    const schedule = await lockSchedule(scheduleId, tx);
    if (schedule === undefined) throw noSuchSchedule('scheduleId');
    if (isOver(schedule)) return pricesFixed;
    await requirePlaces(schedule, items, tx);
    const last = await tx.priceList.aggregate({ where: { scheduleId }, _max: { version: true } });
    const list = await tx.priceList.create({
      data: {
        id: createUuidV7(),
        scheduleId,
        version: (last._max.version ?? 0) + 1,
        status: 'ARCHIVED',
        currency,
        createdAt: ctx.now,
        items: { create: items.map((item) => ({ ...toRow(item), id: createUuidV7() })) },
      },
    });
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action: 'price_list.created',
      entityType: 'PriceList',
      entityId: list.id,
      after: { scheduleId, version: list.version, currency, items },
    });
    return toPriceListResult(list);
  });
}

/**
 * Puts a version in force and archives the one that was. Orders keep the prices that they were made
 * with; whoever orders meanwhile waits. A version that is in force stays so. Throws BAD_USER_INPUT for
 * an unknown version, UNAUTHENTICATED or FORBIDDEN without the scope price:write.
 */
export function activatePriceList(
  id: string,
  ctx: TicketingContext,
): Promise<ChangePriceListResult> {
  requireScope(ctx, 'price:write');
  const listId = requireUuid(id, 'id');
  return ctx.transactions.run(async (work) => {
    const { tx } = work;
    const list = await tx.priceList.findUnique({ where: { id: listId } });
    const schedule = list === null ? undefined : await lockSchedule(list.scheduleId, tx);
    if (schedule === undefined) throw badInput('id', 'there is no price list with this id');
    if (isOver(schedule)) return pricesFixed;
    const archived = await tx.priceList.updateManyAndReturn({
      where: { scheduleId: schedule.id, status: 'ACTIVE', id: { not: listId } },
      data: { status: 'ARCHIVED', archivedAt: ctx.now },
    });
    const [activated] = await tx.priceList.updateManyAndReturn({
      where: { id: listId, status: 'ARCHIVED' },
      data: { status: 'ACTIVE', activatedAt: ctx.now, archivedAt: null },
    });
    if (activated === undefined) {
      return toPriceListResult(await tx.priceList.findUniqueOrThrow({ where: { id: listId } }));
    }
    const [replaced] = archived;
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action: 'price_list.activated',
      entityType: 'PriceList',
      entityId: listId,
      before: { activePriceListId: replaced?.id ?? null },
      after: { activePriceListId: listId },
    });
    outdatePrices(work, schedule.id);
    return toPriceListResult(activated);
  });
}

const pricesFixed = {
  __typename: 'PricesFixed',
  message: 'The sale of the performance is over: its prices stay as they are',
} as const;

/** Nobody buys any more, so its prices are history. */
function isOver({ status }: Schedule): boolean {
  return status === 'CLOSED' || status === 'COMPLETED';
}

/** Throws BAD_USER_INPUT that names the first price of a place that is none of the venue's. */
async function requirePlaces(
  { eventId }: Schedule,
  items: ParsedPriceList['items'],
  tx: Prisma.TransactionClient,
): Promise<void> {
  const { venueId } = await tx.event.findUniqueOrThrow({
    where: { id: eventId },
    select: { venueId: true },
  });
  const select = { id: true };
  const [zones, sections] = [
    await tx.zone.findMany({ where: { venueId }, select }),
    await tx.section.findMany({ where: { venueId }, select }),
  ];
  const [zoneIds, sectionIds] = [zones, sections].map((rows) => new Set(rows.map(({ id }) => id)));
  for (const [index, { zoneId, sectionId }] of items.entries()) {
    const isKnown = zoneId == null ? sectionIds?.has(sectionId ?? '') : zoneIds?.has(zoneId);
    if (isKnown !== true) throw badInput(`items.${index}`, 'the venue has no such zone or section');
  }
}

function toRow({ zoneId, sectionId, ...amounts }: ParsedPriceList['items'][number]) {
  return { ...amounts, zoneId: zoneId ?? null, sectionId: sectionId ?? null };
}

function toPriceListResult(list: PriceList): PriceList & { readonly __typename: 'PriceList' } {
  return { ...list, __typename: 'PriceList' };
}
