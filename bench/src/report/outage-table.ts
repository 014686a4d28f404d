import type { OutageFigures, PhaseFigures } from '../cache/measure-outage.ts';

type Phase = 'before' | 'away' | 'back';

/** Latency at a constant rate of requests, a column for each outage, the last without a cache. */
export function toOutageCells(
  outages: readonly OutageFigures[],
  uncached: PhaseFigures | undefined,
): readonly (readonly string[])[] {
  const phaseRows = (phase: Phase, label: string): readonly (readonly string[])[] =>
    (['p50', 'p99', 'max'] as const).map((figure) => [
      `${label}, ${figure}, ms`,
      ...outages.map((outage) => outage[phase][figure].toFixed(1)),
      phase === 'before' ? (uncached?.[figure].toFixed(1) ?? '-') : '-',
    ]);
  const row = (label: string, read: (outage: OutageFigures) => number, more = '-') => [
    label,
    ...outages.map((outage) => read(outage).toFixed(0)),
    more,
  ];
  return [
    ['', ...outages.map(({ name, fault }) => `${name}: ${fault}`), 'no cache, no outage'],
    row('requests', ({ before, away, back }) => before.requests + away.requests + back.requests),
    row('requests per second', ({ perSecond }) => perSecond, String(outages[0]?.perSecond ?? '-')),
    row('Redis away, ms', ({ awayMs }) => awayMs),
    row('failed', ({ failed }) => failed),
    row('answered wrongly', ({ wrong }) => wrong),
    ...phaseRows('before', 'before'),
    ...phaseRows('away', 'away'),
    ...phaseRows('back', 'back again'),
  ];
}
