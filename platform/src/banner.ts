import { demoAccounts, demoPassword } from '@plaza/schema/demo-accounts';
import { plazaQuery } from './example-operations.ts';
import type { Platform } from './start-platform.ts';
import { printLine } from './terminal.ts';

/** How long the example query may take. */
const exampleTimeoutMs = 10_000;

/** Tells a newcomer where everything is, who can log in, and what a query answers right now. */
export async function printBanner(platform: Platform): Promise<void> {
  const { url } = platform.gateway;
  const compact = plazaQuery.query.replaceAll(/\s+/g, ' ');
  printLine(`
  Plaza is ready.

    Graph      ${url}/graphql
    Explorer   ${url}/explorer/
    Subgraphs  ${platform.subgraphs.map(({ name, url: at }) => `${name} ${at}`).join('\n               ')}

    Payments   sandbox of a card provider at ${platform.sandboxUrl}

  Log in as (password ${demoPassword}):
${Object.values(demoAccounts)
  .map(
    ({ email, role, name }) => `    ${email.padEnd(26)} ${role.toLowerCase().padEnd(14)} ${name}`,
  )
  .join('\n')}

  Paste this into the explorer, or into a terminal:

    curl -s ${url}/graphql -H 'content-type: application/json' \\
      -d '${JSON.stringify({ query: compact })}'

  It answers, for a visitor who is not logged in:

${indent(await answerOf(`${url}/graphql`))}

  With the token of a log-in in the authorization header, "me" has the orders, their payments and
  tickets, from all three subgraphs. The explorer has these operations ready. Ctrl-C stops everything.
`);
}

async function answerOf(url: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: plazaQuery.query }),
    signal: AbortSignal.timeout(exampleTimeoutMs),
  });
  return JSON.stringify(await response.json(), null, 2);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
