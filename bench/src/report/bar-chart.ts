import type { GatewayFigures } from './report.ts';

interface Bar {
  readonly name: string;
  readonly value: number;
  /** Marked within the bar. */
  readonly mark?: number;
}

export interface BarGroup {
  readonly heading: string;
  readonly unit: string;
  readonly digits: number;
  readonly bars: readonly Bar[];
}

const width = 640;
const labelWidth = 190;
const valueWidth = 90;
const barHeight = 22;
const barGap = 8;
const titleHeight = 44;
const headingHeight = 26;
const groupGap = 14;
const colours = ['#c2410c', '#64748b', '#0e7490', '#4d7c0f', '#7e22ce'];

/** The CPU per request of gateways, as bars. */
export function toCpuGroup(heading: string, gateways: readonly GatewayFigures[]): BarGroup {
  const bars = gateways.map(({ name, cpuMsPerRequest }) => ({
    name,
    value: cpuMsPerRequest.median,
    mark: cpuMsPerRequest.best,
  }));
  return { heading, unit: 'ms', digits: 2, bars };
}

/** Horizontal bars from zero, each group to a scale of its own. */
export function toBarChart({
  subject,
  title,
  groups,
}: {
  /** What is drawn, for those who do not see it. */
  readonly subject: string;
  readonly title: string;
  readonly groups: readonly BarGroup[];
}): string {
  const names = [...new Set(groups.flatMap(({ bars }) => bars.map(({ name }) => name)))];
  const colourOf = (name: string) => colours[names.indexOf(name) % colours.length] ?? '';
  let top = titleHeight;
  const parts = groups.map((group) => {
    const drawn = drawGroup(group, top, colourOf);
    top += headingHeight + group.bars.length * (barHeight + barGap) + groupGap;
    return drawn;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" font-family="system-ui, sans-serif" font-size="14" fill="#1f2430">
  <title>${subject}</title>
  <rect width="${width}" height="${top}" fill="#ffffff" />
  <text x="10" y="24" font-weight="600">${title}</text>
${parts.join('\n')}
</svg>
`;
}

function drawGroup(
  { heading, unit, digits, bars }: BarGroup,
  groupTop: number,
  colourOf: (name: string) => string,
): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const scale = (width - labelWidth - valueWidth) / longest;
  const drawn = bars.map(({ name, value, mark }, index) => {
    const top = groupTop + headingHeight + index * (barHeight + barGap);
    const middle = top + barHeight / 2 + 5;
    const length = value * scale;
    return [
      `  <text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${name}</text>`,
      `  <rect x="${labelWidth}" y="${top}" width="${length.toFixed(1)}" height="${barHeight}" fill="${colourOf(name)}" />`,
      ...(mark === undefined ? [] : [drawMark(labelWidth + mark * scale, top)]),
      `  <text x="${(labelWidth + length + 8).toFixed(1)}" y="${middle}">${value.toFixed(digits)} ${unit}</text>`,
    ].join('\n');
  });
  return [
    `  <text x="10" y="${groupTop + 16}" font-style="italic">${heading}</text>`,
    ...drawn,
  ].join('\n');
}

function drawMark(x: number, top: number): string {
  return `  <path d="M${x.toFixed(1)} ${top}v${barHeight}" stroke="#ffffff" stroke-width="2" />`;
}
