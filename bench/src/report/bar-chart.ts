import type { GatewayFigures } from './report.ts';

interface BarGroup {
  readonly heading: string;
  readonly gateways: readonly GatewayFigures[];
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

/** CPU per request as horizontal bars from zero, each group to a scale of its own. */
export function toBarChart({
  title,
  groups,
}: {
  readonly title: string;
  readonly groups: readonly BarGroup[];
}): string {
  const names = [...new Set(groups.flatMap(({ gateways }) => gateways.map(({ name }) => name)))];
  const colourOf = (name: string) => colours[names.indexOf(name) % colours.length] ?? '';
  let top = titleHeight;
  const parts = groups.map((group) => {
    const drawn = drawGroup(group, top, colourOf);
    top += headingHeight + group.gateways.length * (barHeight + barGap) + groupGap;
    return drawn;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" font-family="system-ui, sans-serif" font-size="14" fill="#1f2430">
  <title>CPU milliseconds per request</title>
  <rect width="${width}" height="${top}" fill="#ffffff" />
  <text x="10" y="24" font-weight="600">${title}</text>
${parts.join('\n')}
</svg>
`;
}

function drawGroup(
  { heading, gateways }: BarGroup,
  groupTop: number,
  colourOf: (name: string) => string,
): string {
  const longest = Math.max(...gateways.map(({ cpuMsPerRequest }) => cpuMsPerRequest.median));
  const scale = (width - labelWidth - valueWidth) / longest;
  const bars = gateways.map(({ name, cpuMsPerRequest }, index) => {
    const top = groupTop + headingHeight + index * (barHeight + barGap);
    const middle = top + barHeight / 2 + 5;
    const length = cpuMsPerRequest.median * scale;
    const best = labelWidth + cpuMsPerRequest.best * scale;
    return `  <text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${name}</text>
  <rect x="${labelWidth}" y="${top}" width="${length.toFixed(1)}" height="${barHeight}" fill="${colourOf(name)}" />
  <path d="M${best.toFixed(1)} ${top}v${barHeight}" stroke="#ffffff" stroke-width="2" />
  <text x="${(labelWidth + length + 8).toFixed(1)}" y="${middle}">${cpuMsPerRequest.median.toFixed(2)} ms</text>`;
  });
  return [
    `  <text x="10" y="${groupTop + 16}" font-style="italic">${heading}</text>`,
    ...bars,
  ].join('\n');
}
