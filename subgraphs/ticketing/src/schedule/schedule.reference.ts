import type { Representation } from '@plaza/kit/federated-schema';
import type { TicketingContext } from '../context.ts';
import type { Schedule } from '../generated/prisma/client.ts';
import { visibleSchedule } from './schedule.visibility.ts';

/** The performance, or null if the viewer may not see it. */
export async function resolveScheduleReference(
  { id }: Representation,
  ctx: TicketingContext,
): Promise<Schedule | null> {
  return visibleSchedule(await ctx.loaders.scheduleById.load(id), ctx);
}
