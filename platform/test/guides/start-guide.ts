import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@plaza/pub-sub/test-kit/own-redis';
import { mainFile } from '../../src/child-service.ts';
import { linkPackagesOfCheckout } from '../packing/install-gateway.ts';
import { type RunningProgram, runProgram } from '../packing/run-program.ts';
import { readGuideFiles } from './guide-files.ts';

export interface StartedGuide extends AsyncDisposable {
  /** Of the gateway, such as `http://127.0.0.1:4321`. */
  readonly url: string;
  /** What products and reviews have printed. */
  readonly subgraphs: Readonly<Record<'products' | 'reviews', RunningProgram>>;
}

/**
 * Has the subgraphs and the gateway of a guide run in a folder, those of the first guide where it has none.
 * The ports of the pages become free ones.
 */
export async function startGuide(
  guide: string,
  { reviews = 'reviews.mjs', gateway = 'gateway.yaml', redisUrl = 'redis://localhost:6379' } = {},
): Promise<StartedGuide> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'plaza-guide-'));
  stack.defer(() => rmSync(folder, { recursive: true }));
  linkPackagesOfCheckout(folder);
  const files = new Map([...readGuideFiles('first-graph.md'), ...readGuideFiles(guide)]);
  const ports = new Map<string, string>();
  for (const port of ['4001', '4002', '4102']) ports.set(port, String(await findFreePort()));
  const here = (text = ''): string =>
    text
      .replaceAll(/\b4[01]0\d\b/g, (port) => ports.get(port) ?? port)
      .replaceAll('redis://localhost:6379', redisUrl);
  const start = (name: string): RunningProgram => {
    writeFileSync(join(folder, name), here(files.get(name)));
    return stack.use(runProgram(folder, name));
  };
  const subgraphs = { products: start('products.mjs'), reviews: start(reviews) };
  await Promise.all(Object.values(subgraphs).map((program) => program.said(/: http:\/\//)));
  writeFileSync(join(folder, gateway), here(files.get(gateway)));
  const args = ['--config', gateway, '--port', '0', '--log-format', 'json'];
  const served = stack.use(runProgram(folder, mainFile('@plaza/gateway/main'), args));
  const url = await served.said(/"url\.graphql":"(http[^"]*)\/graphql"/);
  const open = stack.move();
  return { url, subgraphs, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
