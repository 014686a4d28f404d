import { existsSync } from 'node:fs';
import anyTest, { type ExecutionContext } from 'ava';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type HttpGateway, startHttpGateway } from './http-kit/start-http-gateway.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';

const chromiumPath = '/usr/bin/chromium';
const timeoutMs = 20_000;
// One section holds both editors; its name tells which of them is shown.
const headersEditor = 'section[aria-label="Headers"] .graphiql-editor:not(.hidden)';
const variablesEditor = 'section[aria-label="Variables"] .graphiql-editor:not(.hidden)';
// biome-ignore lint/style/noProcessEnv: where tests run is no setting of the gateway
const isInCi = process.env.CI === 'true';

// In CI a missing browser is a failure: the launch below rejects.
const canRun = existsSync(chromiumPath) || isInCi;
const run = canRun ? anyTest.serial : anyTest.skip;
const test = (title: string, body: (t: ExecutionContext, opened: Opened) => Promise<void>) =>
  run(canRun ? title : `${title} (skipped: no ${chromiumPath})`, async (t) => {
    t.timeout(60_000);
    await using gateway = await startHttpGateway({
      subgraphs: [venues],
      config: {
        headers: { forward: ['authorization'] },
        explorer: { title: 'Test graph', examples },
        contracts: { partner: { include: ['partner'] } },
      },
    });
    await using opened = await openBrowser(gateway);
    await body(t, opened);
    t.deepEqual(opened.foreignRequests, [], 'a request left the origin');
    t.deepEqual(opened.problems, [], 'the page reported an error');
  });

const venues = defineSubgraph({
  name: 'venues',
  typeDefs: `
    type Query { "Places with seats." venues(first: Int! = 2): [Venue!]! @tag(name: "partner") }
    type Mutation { logIn(password: String!): String! }
    type Subscription { tick: Int! }
    type Venue @key(fields: "id") { id: ID! name: String! @tag(name: "partner") }
  `,
  resolvers: {
    Query: {
      venues: (_, { first }) =>
        [
          { id: 'v1', name: 'Stadium' },
          { id: 'v2', name: 'Theatre' },
        ].slice(0, Number(first)),
    },
    Mutation: { logIn: () => 'a-session-token' },
  },
});

const examples = [
  {
    name: 'One venue',
    query: 'query OneVenue($first: Int!) {\n  venues(first: $first) {\n    name\n  }\n}',
    variables: { first: 1 },
  },
  { name: 'Every id', query: 'query EveryId {\n  venues {\n    id\n  }\n}' },
  { name: 'Third', query: 'query Third {\n  __typename\n}' },
  { name: 'Ids with a header', query: 'query Ids { venues { id } }', headers: { 'x-tab': 'yes' } },
];

interface Opened extends AsyncDisposable {
  readonly gateway: HttpGateway;
  readonly context: BrowserContext;
  readonly foreignRequests: readonly string[];
  /** Errors of the page, refusals of its Content-Security-Policy, failed answers. */
  readonly problems: readonly string[];
  openExplorer(path?: string): Promise<Page>;
}

async function openBrowser(gateway: HttpGateway): Promise<Opened> {
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  });
  const context = await browser.newContext({
    colorScheme: 'dark',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(timeoutMs);
  const foreignRequests: string[] = [];
  const problems: string[] = [];
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && origin !== gateway.url) {
      foreignRequests.push(request.url());
    }
  });
  context.on('weberror', (error) => problems.push(error.error().message));
  context.on('console', (line) => {
    if (line.type() === 'error') problems.push(line.text());
  });
  context.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  return {
    gateway,
    context,
    foreignRequests,
    problems,
    openExplorer: (path) => openExplorer(context, gateway.url, path),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function openExplorer(context: BrowserContext, origin: string, path = ''): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/explorer/${path}`);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  return page;
}

/** Replaces the text of one of the editors by what is on the clipboard. */
async function paste(page: Page, editor: string, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.locator(`${editor} .view-lines`).first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
}

/** Runs the operation of the open tab; resolves to the answer when it contains the text. */
async function runOperation(page: Page, expected: string): Promise<string> {
  await page.locator('.graphiql-execute-button').click();
  const answer = page.locator('.graphiql-response .view-lines');
  try {
    await answer.filter({ hasText: expected }).waitFor();
  } catch (error) {
    throw new Error(`No ${expected} in ${await answer.textContent()}`, { cause: error });
  }
  return (await answer.textContent()) ?? '';
}

test('opens on the graph, shows its schema and answers the example', async (t, opened) => {
  const page = await opened.openExplorer();
  let sockets = 0;
  page.on('websocket', () => {
    sockets += 1;
  });
  t.is(await page.title(), 'Test graph · Explorer');
  t.is(await page.locator('h1').textContent(), 'Test graph');
  t.is(await page.locator('.graph-endpoint').textContent(), `${opened.gateway.url}/graphql`);
  t.deepEqual(await page.locator('.graphiql-tab-button').allTextContents(), [
    'OneVenue',
    'EveryId',
    'Third',
  ]);
  t.notRegex(await runOperation(page, 'Stadium'), /Theatre/);
  await page.locator('button[aria-label="Show Documentation Explorer"]').click();
  await page.locator('.graphiql-doc-explorer-content', { hasText: 'Root Types' }).waitFor();
  await page.locator('.graphiql-doc-explorer-content a', { hasText: 'Query' }).click();
  await page.locator('.graphiql-doc-explorer-content', { hasText: 'Places with seats.' }).waitFor();
  t.is(sockets, 0);
});

test('opens an example of the menu in a tab of its own', async (t, opened) => {
  const page = await opened.openExplorer();
  await page.locator('.example-menu summary').click();
  await page.locator('.example-menu button', { hasText: 'Ids with a header' }).click();
  await runOperation(page, 'v2');
  t.is(await page.locator('.graphiql-tab').count(), 4);
  t.regex((await page.locator(headersEditor).textContent()) ?? '', /x-tab/);
});

test('shows a contract on a page of its own, with tabs of its own', async (t, opened) => {
  await opened.openExplorer();
  const page = await opened.openExplorer('partner/');
  t.is(await page.title(), 'Test graph · partner · Explorer');
  t.is(
    await page.locator('.graph-endpoint').textContent(),
    `${opened.gateway.url}/graphql/partner`,
  );
  t.is(await page.locator('.graphiql-tab').count(), 1);
  await paste(page, '.graphiql-query-editor', '{ venues { id } }');
  await runOperation(page, 'Cannot query field');
});

test('sends the token of the headers editor and writes it nowhere', async (t, opened) => {
  const page = await opened.openExplorer();
  await paste(page, headersEditor, '{"authorization": "Bearer secret-token"}');
  await runOperation(page, 'Stadium');
  t.is(
    opened.gateway.server('venues').requests.at(-1)?.headers.authorization,
    'Bearer secret-token',
  );
  await page.locator('button[data-name="variables"]').click();
  await paste(page, variablesEditor, '{"first": 2, "password": "secret-word"}');
  await runOperation(page, 'Theatre');
  // The editor saves each text some time after its last change; wait for all of them.
  await paste(page, '.graphiql-query-editor', '{ venues { name } } # kept');
  const tabs = 'plaza-explorer:graphiql:tabState';
  await page.waitForFunction((key) => localStorage.getItem(key)?.includes('# kept'), tabs);
  await page.waitForFunction((key) => sessionStorage.getItem(key)?.includes('secret-word'), tabs);
  const [local, session] = await page.evaluate(() => [
    JSON.stringify(localStorage),
    JSON.stringify(sessionStorage),
  ]);
  t.notRegex(local, /secret-token|secret-word/);
  t.notRegex(session, /secret-token/);
  const next = await opened.openExplorer();
  await next.locator('.graphiql-query-editor', { hasText: '# kept' }).waitFor();
  t.regex((await next.locator(headersEditor).textContent()) ?? '', /<token>/);
});

test('follows the colour scheme of the system', async (t, opened) => {
  const page = await opened.openExplorer();
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  t.is(await ground(), 'rgb(33, 42, 59)');
  await page.emulateMedia({ colorScheme: 'light' });
  t.is(await ground(), 'rgb(255, 255, 255)');
});
