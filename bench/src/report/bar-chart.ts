import type { Report } from './report.ts';

const width = 640;
const labelWidth = 190;
const valueWidth = 90;
const barHeight = 28;
const barGap = 14;
const titleHeight = 44;
const colours = ['#c2410c', '#64748b'];

/** CPU per request as horizontal bars from zero; the thin mark shows the best round. */
export function toBarChart({ name: run, gateways }: Report): string {
  const longest = Math.max(...gateways.map((gateway) => gateway.cpuMsPerRequest.median));
  const scale = (width - labelWidth - valueWidth) / longest;
  const bars = gateways.map(({ name, cpuMsPerRequest }, index) => {
    const top = titleHeight + index * (barHeight + barGap);
    const middle = top + barHeight / 2 + 5;
    const length = cpuMsPerRequest.median * scale;
    const best = labelWidth + cpuMsPerRequest.best * scale;
    return `  <text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${name}</text>
  <rect x="${labelWidth}" y="${top}" width="${length.toFixed(1)}" height="${barHeight}" fill="${colours[index % colours.length]}" />
  <path d="M${best.toFixed(1)} ${top}v${barHeight}" stroke="#ffffff" stroke-width="2" />
  <text x="${(labelWidth + length + 8).toFixed(1)}" y="${middle}">${cpuMsPerRequest.median.toFixed(2)} ms</text>`;
  });
  const height = titleHeight + gateways.length * (barHeight + barGap) + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="14" fill="#1f2430">
  <title>CPU milliseconds per request, ${run}</title>
  <rect width="${width}" height="${height}" fill="#ffffff" />
  <text x="10" y="24" font-weight="600">${run}: gateway CPU per request, median (mark: best round)</text>
${bars.join('\n')}
</svg>
`;
}
