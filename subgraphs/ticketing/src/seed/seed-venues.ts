import type { Prisma } from '../generated/prisma/client.ts';
import { insertRows, type SeedRow, type SeedTable } from './insert-rows.ts';
import type { SeedCounter } from './seed-ids.ts';
import { type SectionPlan, type VenueName, type VenuePlan, venuePlans } from './venue-plans.ts';

/** What later seeds must know about a venue. */
export interface SeededVenue {
  readonly id: string;
  readonly timeZone: string;
  readonly zones: readonly { readonly id: string; readonly name: string }[];
  readonly sections: readonly SeededSection[];
}

export interface SeededSection {
  readonly id: string;
  readonly zoneId: string;
  readonly name: string;
  readonly isPremium: boolean;
  readonly rows: readonly { readonly label: string; readonly seats: readonly SeededSeat[] }[];
}

export interface SeededSeat {
  readonly id: string;
  readonly number: number;
}

type VenueRows = Record<VenueTable, SeedRow[]>;
type VenueTable = Extract<
  SeedTable,
  'venues' | 'zones' | 'sections' | 'seat_rows' | 'seats' | 'gates' | 'gate_access_rules'
>;

/** Inserts the venues with all their seats. */
export async function seedVenues(
  database: Prisma.TransactionClient,
  ids: SeedCounter,
): Promise<Record<VenueName, SeededVenue>> {
  const rows: VenueRows = {
    venues: [],
    zones: [],
    sections: [],
    seat_rows: [],
    seats: [],
    gates: [],
    gate_access_rules: [],
  };
  const seeded = {
    stadium: addVenue(venuePlans.stadium, rows, ids),
    theater: addVenue(venuePlans.theater, rows, ids),
    arena: addVenue(venuePlans.arena, rows, ids),
  };
  for (const table of Object.keys(rows) as VenueTable[]) {
    await insertRows(database, table, rows[table]);
  }
  return seeded;
}

function addVenue(plan: VenuePlan, rows: VenueRows, ids: SeedCounter): SeededVenue {
  const { zones: zonePlans, gates, timeZone, ...venue } = plan;
  const id = ids.next('venue');
  rows.venues.push({
    id,
    slug: venue.slug,
    name: venue.name,
    type: venue.type,
    address: venue.address,
    city: venue.city,
    country_code: 'MX',
    latitude: venue.latitude,
    longitude: venue.longitude,
    time_zone: timeZone,
  });
  const zones: { id: string; name: string }[] = [];
  const sections: SeededSection[] = [];
  for (const zonePlan of zonePlans) {
    const zone = { id: ids.next('zone'), name: zonePlan.name };
    zones.push(zone);
    rows.zones.push({ ...zone, venue_id: id, position: zones.length });
    for (const sectionPlan of zonePlan.sections) {
      const place = { venueId: id, zoneId: zone.id, position: sections.length + 1 };
      sections.push(addSection(sectionPlan, place, rows, ids));
    }
  }
  const seeded = { id, timeZone, zones, sections };
  for (const [index, gate] of gates.entries()) addGate({ gate, index }, seeded, rows, ids);
  return seeded;
}

function addSection(
  plan: SectionPlan,
  place: { readonly venueId: string; readonly zoneId: string; readonly position: number },
  rows: VenueRows,
  ids: SeedCounter,
): SeededSection {
  const id = ids.next('section');
  rows.sections.push({
    id,
    zone_id: place.zoneId,
    venue_id: place.venueId,
    name: plan.name,
    type: plan.type,
    position: place.position,
  });
  let position = 0;
  const seededRows = plan.rows.map((seatCount, rowIndex) => {
    const rowId = ids.next('row');
    const label = String.fromCharCode('A'.charCodeAt(0) + rowIndex);
    rows.seat_rows.push({ id: rowId, section_id: id, label, position: rowIndex + 1 });
    const isLastRow = rowIndex === plan.rows.length - 1;
    const seats = Array.from({ length: seatCount }, (_, seatIndex) => {
      const seat = { id: ids.next('seat'), number: seatIndex + 1 };
      position += 1;
      const isAccessible = isLastRow && seatIndex < plan.accessibleSeats;
      const type = isAccessible ? 'ACCESSIBLE' : plan.type === 'GENERAL' ? 'STANDARD' : 'VIP';
      rows.seats.push({ ...seat, row_id: rowId, section_id: id, position, type });
      return seat;
    });
    return { label, seats };
  });
  return { id, zoneId: place.zoneId, name: plan.name, isPremium: plan.isPremium, rows: seededRows };
}

function addGate(
  { gate, index }: { gate: VenuePlan['gates'][number]; index: number },
  venue: SeededVenue,
  rows: VenueRows,
  ids: SeedCounter,
): void {
  const id = ids.next('gate');
  rows.gates.push({ id, venue_id: venue.id, name: gate.name, position: index + 1 });
  const zoneIds = venue.zones.filter((zone) => gate.zones.includes(zone.name)).map(({ id }) => id);
  for (const section of venue.sections) {
    if (!zoneIds.includes(section.zoneId)) continue;
    rows.gate_access_rules.push({ gate_id: id, section_id: section.id });
  }
}
