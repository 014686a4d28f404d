import type { Prisma } from '../generated/prisma/client.ts';
import {
  basePrices,
  categoryNames,
  type EventPlan,
  eventPlans,
  organizerNames,
  type SchedulePlan,
} from './event-plans.ts';
import { insertRows, type SeedRow } from './insert-rows.ts';
import type { SeedCounter } from './seed-ids.ts';
import type { SeededSection, SeededVenue } from './seed-venues.ts';
import { addMinutes, instantAt } from './venue-clock.ts';
import type { VenueName } from './venue-plans.ts';

export interface SeededSchedule {
  readonly id: string;
  readonly eventName: string;
  readonly plan: SchedulePlan;
  readonly venue: SeededVenue;
  /** When the first seat could be sold: the presale if it has begun. */
  readonly soldFrom: Date;
  readonly startsAt: Date;
  /** What a seat of the section costs. */
  priceOf(section: SeededSection): SeededPrice;
}

/** In centavos of MXN. */
export interface SeededPrice {
  readonly priceMinor: number;
  readonly feeMinor: number;
  readonly taxMinor: number;
}

/** Days before and after the day of seeding on which sales begin, by how far the sale has come. */
const onSaleDay = { over: -60, open: -30, presale: 2, announced: 7, hidden: 30 } as const;
const presaleDay = { over: -62, open: -32, presale: -1, announced: 4, hidden: 28 } as const;
const premiumPercent = 120;
const taxPercent = 16;

type EventTable = 'events' | 'schedules' | 'price_lists' | 'price_list_items';

interface EventSeed {
  readonly day: Date;
  readonly ids: SeedCounter;
  readonly venues: Record<VenueName, SeededVenue>;
  readonly rows: Record<EventTable, SeedRow[]>;
}

/** Inserts organizers, categories and events with their performances and prices. */
export async function seedEvents(
  database: Prisma.TransactionClient,
  options: Omit<EventSeed, 'rows'>,
): Promise<SeededSchedule[]> {
  const organizers = namedRows(organizerNames, () => options.ids.next('organizer'));
  const categories = namedRows(categoryNames, () => options.ids.next('category'));
  await insertRows(database, 'organizers', Object.values(organizers));
  await insertRows(database, 'categories', Object.values(categories));
  const seed: EventSeed = {
    ...options,
    rows: { events: [], schedules: [], price_lists: [], price_list_items: [] },
  };
  const schedules = eventPlans.flatMap((plan) => {
    const owners = { organizer: organizers[plan.organizer], category: categories[plan.category] };
    return addEvent(plan, owners, seed);
  });
  for (const table of Object.keys(seed.rows) as EventTable[]) {
    await insertRows(database, table, seed.rows[table]);
  }
  return schedules;
}

type NamedRow = { readonly id: string; readonly slug: string; readonly name: string };

function namedRows<Key extends string>(
  names: Readonly<Record<Key, string>>,
  nextId: () => string,
): Record<Key, NamedRow> {
  const entries = Object.entries<string>(names).map(([key, name]) => [
    key,
    { id: nextId(), slug: slugOf(name), name },
  ]);
  return Object.fromEntries(entries);
}

/** The name in lower case, without accents, words joined by hyphens. */
function slugOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{Diacritic}/gu, '');
  return plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

function addEvent(
  plan: EventPlan,
  owners: { readonly organizer: NamedRow; readonly category: NamedRow },
  seed: EventSeed,
): SeededSchedule[] {
  const venue = seed.venues[plan.venue];
  const id = seed.ids.next('event');
  const slug = slugOf(plan.name);
  const createdAt = addMinutes(seed.day, -100 * 24 * 60);
  seed.rows.events.push({
    id,
    slug,
    name: plan.name,
    subtitle: plan.subtitle,
    description: plan.description,
    banner_url: `https://images.plaza.example/events/${slug}/banner.jpg`,
    poster_url: `https://images.plaza.example/events/${slug}/poster.jpg`,
    age_restriction: plan.ageRestriction,
    security_policies: ['Bolsas de hasta 30 × 20 cm', 'Sin alimentos ni bebidas'],
    status: plan.status,
    published_at: plan.status === 'DRAFT' ? null : addMinutes(createdAt, 60),
    created_at: createdAt,
    organizer_id: owners.organizer.id,
    category_id: owners.category.id,
    venue_id: venue.id,
  });
  return plan.schedules.map((schedule) => addSchedule(schedule, { id, plan, venue }, seed));
}

function addSchedule(
  plan: SchedulePlan,
  event: { readonly id: string; readonly plan: EventPlan; readonly venue: SeededVenue },
  seed: EventSeed,
): SeededSchedule {
  const { timeZone } = event.venue;
  const id = seed.ids.next('schedule');
  const startsAt = instantAt(seed.day, plan.day, { time: plan.time, timeZone });
  const endsAt = addMinutes(startsAt, event.plan.durationMinutes);
  const onSaleAt = instantAt(seed.day, onSaleDay[plan.sale], { time: '10:00', timeZone });
  const presaleAt = instantAt(seed.day, presaleDay[plan.sale], { time: '10:00', timeZone });
  seed.rows.schedules.push({
    id,
    event_id: event.id,
    status: statusOf(plan, event.plan),
    starts_at: startsAt,
    ends_at: endsAt,
    gates_open_at: addMinutes(startsAt, -90),
    published_at: plan.sale === 'hidden' ? null : addMinutes(seed.day, -70 * 24 * 60),
    presale_starts_at: presaleAt,
    presale_ends_at: onSaleAt,
    on_sale_at: onSaleAt,
    off_sale_at: addMinutes(startsAt, 30),
    hold_minutes: 5,
    game_category: event.plan.gameCategory,
  });
  const prices = addPrices(id, event, seed);
  const priceOf = (section: SeededSection): SeededPrice => {
    const price = prices.get(section.id) ?? prices.get(section.zoneId);
    if (price === undefined) throw new Error(`Section ${section.name} has no price`);
    return price;
  };
  const { venue } = event;
  const soldFrom = plan.sale === 'presale' ? presaleAt : onSaleAt;
  return { id, eventName: event.plan.name, plan, venue, soldFrom, startsAt, priceOf };
}

function statusOf(plan: SchedulePlan, event: EventPlan): string {
  if (plan.sale === 'hidden') return 'DRAFT';
  if (event.status === 'CANCELLED') return 'CLOSED';
  return plan.sale === 'over' ? 'COMPLETED' : 'ON_SALE';
}

/** Prices by the id of their zone or section. */
function addPrices(
  scheduleId: string,
  event: { readonly plan: EventPlan; readonly venue: SeededVenue },
  seed: EventSeed,
): Map<string, SeededPrice> {
  const listId = seed.ids.next('priceList');
  seed.rows.price_lists.push({
    id: listId,
    schedule_id: scheduleId,
    version: 1,
    status: 'ACTIVE',
    currency: 'MXN',
    created_at: addMinutes(seed.day, -90 * 24 * 60),
    activated_at: addMinutes(seed.day, -90 * 24 * 60),
  });
  const prices = new Map<string, SeededPrice>();
  const addItem = (place: { zoneId?: string; sectionId?: string }, price: SeededPrice): void => {
    prices.set(place.zoneId ?? place.sectionId ?? '', price);
    seed.rows.price_list_items.push({
      id: seed.ids.next('price'),
      price_list_id: listId,
      zone_id: place.zoneId ?? null,
      section_id: place.sectionId ?? null,
      price_minor: price.priceMinor,
      fee_minor: price.feeMinor,
      tax_minor: price.taxMinor,
    });
  };
  for (const [zoneName, base, service] of basePrices[event.plan.venue]) {
    const zone = event.venue.zones.find(({ name }) => name === zoneName);
    if (zone === undefined) throw new Error(`The venue has no zone ${zoneName}`);
    const price = priceFrom(base, service, event.plan.pricePercent);
    addItem({ zoneId: zone.id }, price);
    const premium = priceFrom(base, service, (event.plan.pricePercent * premiumPercent) / 100);
    for (const section of event.venue.sections) {
      if (section.zoneId === zone.id && section.isPremium)
        addItem({ sectionId: section.id }, premium);
    }
  }
  return prices;
}

/** Splits the service charge into fee and the tax that it includes. */
function priceFrom(baseMinor: number, serviceMinor: number, percent: number): SeededPrice {
  const service = Math.round((serviceMinor * percent) / 100);
  const feeMinor = Math.round((service * 100) / (100 + taxPercent));
  const priceMinor = Math.round((baseMinor * percent) / 100);
  return { priceMinor, feeMinor, taxMinor: service - feeMinor };
}
