import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@plaza/schema/errors';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { breakingChanges } from './breaking-changes.ts';
import type { ContractSdl as MadeContract } from './contract-filter.ts';

/** In the folder beside the schemas: what was published, and which breaks were decided on, and why. */
export const recordFile = 'published.yaml';

const recordHeader = `# Written when contracts are published: the SHA-256 of each schema, so that no schema is changed by hand,
# and the changes that broke clients of it, with the reason. Do not edit.
`;

const record = z.record(
  z.string(),
  z.strictObject({
    /** Null once the contract is gone. */
    sha256: z.string().nullable(),
    breakingChanges: z
      .array(z.strictObject({ date: z.string(), reason: z.string(), changes: z.array(z.string()) }))
      .default([]),
  }),
);
type PublishedRecord = z.infer<typeof record>;

type ContractSdl = Pick<MadeContract, 'name' | 'apiSdl'>;

/** How a contract differs from what was published of it. */
export interface ContractDifference {
  readonly name: string;
  /** Sentences of `breakingChanges`. */
  readonly breaks: readonly string[];
}

/**
 * Contracts that are not as they were published, in the order of their names. Throws AppError
 * BAD_USER_INPUT for a folder whose schemas were changed by hand: nobody knows what was promised then.
 */
export function compareContracts(
  contracts: readonly ContractSdl[],
  folder: string,
): readonly ContractDifference[] {
  const known = readRecord(folder);
  const current = new Map(contracts.map(({ name, apiSdl }) => [name, textOf(apiSdl)]));
  const names = new Set([...Object.keys(known), ...current.keys()]);
  return [...names].toSorted().flatMap((name) => {
    const published = readPublished(name, folder, known);
    const text = current.get(name);
    if (published === text) return [];
    if (published === undefined) return [{ name, breaks: [] }];
    if (text === undefined)
      return [{ name, breaks: ['CONTRACT_REMOVED: it is not served any more.'] }];
    return [{ name, breaks: breakingChanges(published, text) }];
  });
}

export interface Publication {
  /** What is typed to publish, for the message of a break. */
  readonly command: string;
  /** Why clients may be broken; undefined: they may not. */
  readonly reason: string | undefined;
  /** Such as `2026-12-01`. */
  readonly date: string;
}

/**
 * Writes the schemas of contracts, and records what they break. Returns the names of those that have
 * changed; nothing is written of any if one breaks its clients and there is no reason. Throws as
 * `compareContracts` does, and AppError BAD_USER_INPUT for such a break.
 */
export function publishContracts(
  contracts: readonly ContractSdl[],
  folder: string,
  { command, reason, date }: Publication,
): readonly string[] {
  const differences = compareContracts(contracts, folder);
  if (reason === undefined) refuseBreaks(differences, command);
  if (differences.length === 0) return [];
  mkdirSync(folder, { recursive: true });
  const next = { ...readRecord(folder) };
  for (const { name, breaks } of differences) {
    const sdl = contracts.find((one) => one.name === name)?.apiSdl;
    if (sdl === undefined) rmSync(fileOf(name, folder));
    else writeFileSync(fileOf(name, folder), textOf(sdl));
    const before = next[name]?.breakingChanges ?? [];
    const decided =
      breaks.length === 0 ? [] : [{ date, reason: reason ?? '', changes: [...breaks] }];
    next[name] = {
      sha256: sdl === undefined ? null : digest(textOf(sdl)),
      breakingChanges: [...before, ...decided],
    };
  }
  writeFileSync(path.join(folder, recordFile), `${recordHeader}${stringify(sorted(next))}`);
  return differences.map(({ name }) => name);
}

/** Throws AppError BAD_USER_INPUT that tells every break, and what to do about it. */
export function refuseBreaks(differences: readonly ContractDifference[], command: string): void {
  const broken = differences.filter(({ breaks }) => breaks.length > 0);
  if (broken.length === 0) return;
  const told = broken.map(
    ({ name, breaks }) =>
      `The contract "${name}" would break its clients:\n${breaks.map((one) => `  ${one}\n`).join('')}`,
  );
  const advice =
    'Keep what they use, deprecated, until nobody does. If it must go all the same, say why:\n' +
    `  ${command} --reason "<why, and who was told>"`;
  throw new AppError('BAD_USER_INPUT', told.join('') + advice);
}

function readRecord(folder: string): PublishedRecord {
  const file = path.join(folder, recordFile);
  if (!existsSync(file)) return {};
  const read = record.safeParse(parse(readFileSync(file, 'utf8')));
  if (read.success) return read.data;
  throw new AppError('BAD_USER_INPUT', `${file} is not as it was written: restore it`);
}

/** Undefined for what was never published. */
function readPublished(name: string, folder: string, known: PublishedRecord): string | undefined {
  const file = fileOf(name, folder);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const expected = known[name]?.sha256 ?? undefined;
  if (expected === (text === undefined ? undefined : digest(text))) return text;
  throw new AppError(
    'BAD_USER_INPUT',
    `${file} is not what was published last: restore it and ${recordFile}, as they are on the main branch, and publish again`,
  );
}

function fileOf(name: string, folder: string): string {
  return path.join(folder, `${name}.graphql`);
}

function textOf(sdl: string): string {
  return `${sdl.trimEnd()}\n`;
}

function digest(text: string): string {
  return hash('sha256', text, 'hex');
}

function sorted(all: PublishedRecord): PublishedRecord {
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
