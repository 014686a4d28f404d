import type { Config } from '../config.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

/** Decides for one request which progressive overrides hold. */
export interface OverrideChoice {
  /** A number from 0 up to, not including, 100. `percent(x)` is active when it is below x. */
  readonly drawPercentile: () => number;
  /** Whether a label that is no `percent(x)` is active. */
  readonly isActive: (label: string) => boolean;
}

/** Percentages by chance, other labels by the configuration. */
export function configuredOverrides(overrides: Config['overrides']): () => OverrideChoice {
  const activeLabels = new Set(overrides.activeLabels);
  const choice: OverrideChoice = {
    drawPercentile: () => Math.random() * 100,
    isActive: (label) => activeLabels.has(label),
  };
  return () => choice;
}

/** The same choice with one number for good, however often it is asked. */
export function drawOnce({ drawPercentile, isActive }: OverrideChoice): OverrideChoice {
  let percentile: number | undefined;
  return {
    isActive,
    drawPercentile: () => {
      percentile ??= drawPercentile();
      return percentile;
    },
  };
}

/** Sets of labels that one operation is kept with; each needs a plan of its own. */
const formsMax = 64;
const overriddenForms = new WeakMap<NormalizedOperation, Map<string, NormalizedOperation>>();

/**
 * The operation with the labels of `@override(from:, label:)` that are active for this request. One
 * number decides all percentages, so a request that is among 5 of 100 is also among 20 of 100, and n
 * percentages make n + 1 plans instead of 2^n.
 */
export function chooseOverrides(
  normalized: NormalizedOperation,
  { overrideLabels: { percentages, custom } }: GraphView,
  { drawPercentile, isActive }: OverrideChoice,
): NormalizedOperation {
  if (percentages.size === 0 && custom.size === 0) return normalized;
  const percentile = drawPercentile();
  const byShare = [...percentages.keys()].filter(
    (label) => percentile < (percentages.get(label) ?? 0),
  );
  return withActiveLabels(normalized, [...byShare, ...[...custom].filter(isActive)]);
}

/** The operation in all forms that `chooseOverrides` may give it, with these custom labels. */
export function everyOverride(
  normalized: NormalizedOperation,
  { overrideLabels: { percentages, custom } }: GraphView,
  isActive: OverrideChoice['isActive'],
): readonly NormalizedOperation[] {
  const ascending = [...percentages.keys()];
  const byName = [...custom].filter(isActive);
  return [...ascending.keys(), ascending.length].map((first) =>
    withActiveLabels(normalized, [...ascending.slice(first), ...byName]),
  );
}

function withActiveLabels(
  normalized: NormalizedOperation,
  activeLabels: readonly string[],
): NormalizedOperation {
  if (activeLabels.length === 0) return normalized;
  let forms = overriddenForms.get(normalized);
  if (forms === undefined) {
    forms = new Map();
    overriddenForms.set(normalized, forms);
  }
  // No label has a space in it (composition sees to that).
  const key = activeLabels.join(' ');
  const known = forms.get(key);
  if (known !== undefined) return known;
  const form = { ...normalized, activeLabels, id: `${normalized.id} ${key}` };
  if (forms.size < formsMax) forms.set(key, form);
  return form;
}
