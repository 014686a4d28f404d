import { batchByKey } from '@plaza/kit/batch-by-key';
import DataLoader from 'dataloader';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { LoaderScope } from '../loaders.ts';
import type { SeatState } from './seat-state.ts';

/** Pairs that one query asks for; more are split over several queries. */
const pairsMax = 1_000;

/** A section or a seat in one performance. */
export interface PlaceInSchedule {
  readonly scheduleId: string;
  readonly placeId: string;
}

export interface TakenCounts {
  readonly held: number;
  readonly booked: number;
}

interface PlacedRow {
  readonly scheduleId: string;
  readonly placeId: string;
}

const nothingTaken: TakenCounts = { held: 0, booked: 0 };

/** Seats without a row are free, and so are those whose hold has run out. */
export function createAvailabilityLoaders(database: PrismaClient, { now }: LoaderScope) {
  return {
    takenCountsOfSchedule: batchByKey({
      load: (ids) => database.$queryRaw<(TakenCounts & { scheduleId: string })[]>`
        SELECT schedule_id AS "scheduleId",
          (count(*) FILTER (WHERE state = 'HELD' AND held_until > ${now}))::int AS held,
          (count(*) FILTER (WHERE state = 'BOOKED'))::int AS booked
        FROM taken_seats WHERE schedule_id = ANY(${ids}::uuid[]) GROUP BY 1`,
      keyOf: ({ scheduleId }) => scheduleId,
    }),
    takenCountsOfSection: createPairLoader<TakenCounts>(
      ({ scheduleIds, placeIds }) => database.$queryRaw`
        SELECT schedule_id AS "scheduleId", section_id AS "placeId",
          (count(*) FILTER (WHERE state = 'HELD' AND held_until > ${now}))::int AS held,
          (count(*) FILTER (WHERE state = 'BOOKED'))::int AS booked
        FROM taken_seats WHERE (schedule_id, section_id) IN (
          SELECT * FROM unnest(${scheduleIds}::uuid[], ${placeIds}::uuid[]))
        GROUP BY 1, 2`,
      nothingTaken,
    ),
    stateOfSeat: createPairLoader<{ readonly state: SeatState }>(
      ({ scheduleIds, placeIds }) => database.$queryRaw`
        SELECT schedule_id AS "scheduleId", seat_id AS "placeId", state
        FROM taken_seats WHERE (schedule_id, seat_id) IN (
          SELECT * FROM unnest(${scheduleIds}::uuid[], ${placeIds}::uuid[]))
        AND (state = 'BOOKED' OR held_until > ${now})`,
      { state: 'FREE' },
    ),
  };
}

/** A loader by performance and place, with an answer for places that have no row. */
function createPairLoader<Result>(
  load: (pairs: {
    readonly scheduleIds: string[];
    readonly placeIds: string[];
  }) => PromiseLike<(Result & PlacedRow)[]>,
  whenAbsent: Result,
): DataLoader<PlaceInSchedule, Result, string> {
  const keyOf = ({ scheduleId, placeId }: PlacedRow) => `${scheduleId} ${placeId}`;
  return new DataLoader<PlaceInSchedule, Result, string>(
    async (pairs) => {
      const scheduleIds = pairs.map(({ scheduleId }) => scheduleId);
      const placeIds = pairs.map(({ placeId }) => placeId);
      const rows = await load({ scheduleIds, placeIds });
      const rowByKey = new Map(rows.map((row) => [keyOf(row), row]));
      return pairs.map((pair) => rowByKey.get(keyOf(pair)) ?? whenAbsent);
    },
    { maxBatchSize: pairsMax, cacheKeyFn: keyOf },
  );
}
