import { toMarkdownTable } from './markdown.ts';

/** What the gateway should reach, and what it did. */
export interface Target {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly holds: boolean;
}

/** A figure with a bound; one that could not be measured does not hold. */
export function atMost(
  what: string,
  value: number | undefined,
  { max, digits = 0 }: { readonly max: number; readonly digits?: number },
): Target {
  return {
    what,
    target: `at most ${max}`,
    measured: showFigure(value, digits),
    holds: value !== undefined && value <= max,
  };
}

export function showFigure(value: number | undefined, digits: number): string {
  return value?.toFixed(digits) ?? 'not measured';
}

export function toTargetTable(targets: readonly Target[]): string {
  return toMarkdownTable([
    ['', 'target', 'measured', 'holds'],
    ...targets.map(({ what, target, measured, holds }) => [
      what,
      target,
      measured,
      holds ? 'yes' : 'no',
    ]),
  ]);
}
