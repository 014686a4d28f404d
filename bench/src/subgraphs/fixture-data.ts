/**
 * The rows that the four subgraphs serve: made by arithmetic, so that every run sees the same data.
 */
export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
  readonly city: string;
}

export interface ProductRow {
  readonly id: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly weightGrams: number;
}

export interface ReviewRow {
  readonly id: string;
  readonly body: string;
  readonly rating: number;
  readonly authorId: string;
  readonly productId: string;
}

/** A row of the long list; wide enough that a thousand of them are a real answer. */
export interface ListingRow {
  readonly id: string;
  readonly title: string;
  readonly priceMinor: number;
}

const firstNames = ['Ana', 'Luis', 'Marta', 'Jorge', 'Elena', 'Pablo', 'Rosa', 'Iván'];
const cities = ['Puebla', 'Mérida', 'Toluca', 'Oaxaca'];
const things = ['Lamp', 'Chair', 'Kettle', 'Backpack', 'Notebook', 'Speaker', 'Blanket'];
const opinions = ['Exactly as described', 'Smaller than it looks', 'Would buy it again'];

const userCount = 8;
const productCount = 24;
const reviewsByUser = 6;
const listingCount = 1_000;

export const users: readonly UserRow[] = rows(userCount, (index) => ({
  id: `u${index + 1}`,
  name: `${pick(firstNames, index)} Vega`,
  handle: `@${pick(firstNames, index).toLowerCase()}${index + 1}`,
  city: pick(cities, index),
}));

export const products: readonly ProductRow[] = rows(productCount, (index) => ({
  id: `p${index + 1}`,
  title: `${pick(things, index)} ${index + 1}`,
  priceMinor: 9_900 + index * 1_250,
  weightGrams: 200 + index * 75,
}));

/** Each user reviews six products; each product has two reviews. */
export const reviews: readonly ReviewRow[] = rows(userCount * reviewsByUser, (index) => ({
  id: `r${index + 1}`,
  body: pick(opinions, index),
  rating: 1 + (index % 5),
  authorId: `u${1 + (index % userCount)}`,
  productId: `p${1 + (Math.floor(index / 2) % productCount)}`,
}));

export const listings: readonly ListingRow[] = rows(listingCount, (index) => ({
  id: `l${index + 1}`,
  title: `${pick(things, index)}, lot ${index + 1}`,
  priceMinor: 1_000 + index * 35,
}));

function rows<Row>(count: number, createRow: (index: number) => Row): Row[] {
  return Array.from({ length: count }, (_, index) => createRow(index));
}

function pick(words: readonly string[], index: number): string {
  return words[index % words.length] ?? '';
}
