import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import { Kind, visit } from 'graphql';
import { argumentOf } from './join-directives.ts';

/** Labels of progressive overrides by what decides them. */
export interface OverrideLabels {
  /** `percent(x)` labels with their x, ascending: active for x of 100 requests. */
  readonly percentages: ReadonlyMap<string, number>;
  /** All others: active when somebody says so. */
  readonly custom: ReadonlySet<string>;
}

/** Reads the labels of `@override(from:, label:)` from the supergraph (join specification, 0.4). */
export function readOverrideLabels(supergraph: DocumentNode): OverrideLabels {
  const percentages = new Map<string, number>();
  const custom = new Set<string>();
  visit(supergraph, {
    Directive: (directive) => {
      if (directive.name.value !== 'join__field') return false;
      const label = argumentOf(directive as ConstDirectiveNode, 'overrideLabel');
      if (label?.kind !== Kind.STRING) return false;
      const percentage = percentageOf(label.value);
      if (percentage === undefined) custom.add(label.value);
      else percentages.set(label.value, percentage);
      return false;
    },
  });
  return { percentages: new Map([...percentages].sort(([, a], [, b]) => a - b)), custom };
}

/** `percent(12.5)` is 12.5; composition has checked that it is between 0 and 100. */
function percentageOf(label: string): number | undefined {
  const digits = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
