import { toCells } from './figure-table.ts';
import type { Report } from './report.ts';

/** The report that is committed beside the JSON: figures never stand without their conditions. */
export function toMarkdown(report: Report): string {
  const { conditions, settings } = report;
  const versions = Object.entries(conditions.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  return [
    `# ${report.name}: ${report.title}`,
    `![CPU milliseconds per request](${report.name}.svg)`,
    toMarkdownTable(toCells(report)),
    `\`\`\`\n${report.command}\n\`\`\``,
    [
      `- ${conditions.date}, commit ${conditions.commit}`,
      `- ${conditions.cores} cores of ${conditions.cpu}, ${conditions.memoryGiB} GiB, ` +
        `${conditions.system}; load average before the run ${conditions.loadAverageBefore}`,
      `- ${versions}`,
      `- ${settings.connections} connections in a closed loop; after a warm-up of ` +
        `${settings.warmUpMs} ms each, ${settings.rounds} rounds each in turns, ` +
        `${report.gateways[0]?.rounds[0]?.requests} requests a round`,
      ...report.notes.map((note) => `- ${note}`),
    ].join('\n'),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function toMarkdownTable([head = [], ...lines]: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
