import { toCells } from './figure-table.ts';
import type { Conditions } from './machine.ts';
import { describeSettings, type Report } from './report.ts';

/** The report that is committed beside the JSON: figures never stand without their conditions. */
export function toMarkdown(report: Report): string {
  return [
    `# ${report.name}: ${report.title}`,
    `![CPU milliseconds per request](${report.name}.svg)`,
    toMarkdownTable(toCells(report.gateways)),
    `\`\`\`\n${report.command}\n\`\`\``,
    [
      ...toConditionLines(report.conditions).map((line) => `- ${line}`),
      `- ${describeSettings(report.settings)}`,
      ...report.notes.map((note) => `- ${note}`),
    ].join('\n'),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

/** Machine and versions; figures never stand without them. */
export function toConditionLines(conditions: Conditions): readonly string[] {
  const versions = Object.entries(conditions.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  return [
    `${conditions.date}, commit ${conditions.commit}`,
    `${conditions.cores} cores of ${conditions.cpu}, ${conditions.memoryGiB} GiB, ` +
      `${conditions.system}; load average before the run ${conditions.loadAverageBefore}`,
    versions,
  ];
}

export function toMarkdownTable([head = [], ...lines]: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
