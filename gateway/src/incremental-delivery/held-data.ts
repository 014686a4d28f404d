import type { ResponsePath } from '../query-plan/data-path.ts';
import type { DataObject } from '../query-plan/merge-data.ts';
import { isObject } from '../query-plan/merge-data.ts';

/** The object that the data have at a path, if there is one. */
export function objectAt(data: unknown, path: ResponsePath): DataObject | undefined {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return isObject(value) ? value : undefined;
}

/**
 * Makes a part's data fit to what the client holds at their place: what it holds as null stays null.
 * False for data that would take back what it holds.
 */
export function fitToHeld(data: DataObject | unknown[], held: DataObject | unknown[]): boolean {
  return haveInCommon(data, held).every(({ key, value, heldValue }) => {
    if (heldValue === null) {
      (data as DataObject)[key] = null;
      return true;
    }
    if (value === null) return false;
    if (value === heldValue) return true;
    return !isComposite(value) || !isComposite(heldValue) || fitToHeld(value, heldValue);
  });
}

/** Adds a part's data, which fit, to what the client holds. */
export function addToHeld(data: DataObject | unknown[], held: DataObject | unknown[]): void {
  for (const key of Object.keys(data)) {
    if (!Object.hasOwn(held, key)) (held as DataObject)[key] = (data as DataObject)[key];
  }
  for (const { value, heldValue } of haveInCommon(data, held)) {
    if (value !== heldValue && isComposite(value) && isComposite(heldValue)) {
      addToHeld(value, heldValue);
    }
  }
}

function haveInCommon(data: DataObject | unknown[], held: DataObject | unknown[]) {
  return Object.entries(data).flatMap(([key, value]) =>
    Object.hasOwn(held, key) ? [{ key, value, heldValue: (held as DataObject)[key] }] : [],
  );
}

function isComposite(value: unknown): value is DataObject | unknown[] {
  return typeof value === 'object' && value !== null;
}
