import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import test from 'ava';
import { products } from './http-kit/shop-subgraphs.ts';
import { startScriptedSubgraph } from './traffic-kit/scripted-subgraph.ts';
import type { SelfSigned } from './traffic-kit/self-signed.ts';
import { createSelfSigned } from './traffic-kit/self-signed.ts';
import { startTrafficGateway } from './traffic-kit/start-traffic-gateway.ts';

const query = '{ products { name } }';
const servername = 'products.internal';
const server = createSelfSigned(servername);
const gateways = [createSelfSigned('gateway one'), createSelfSigned('gateway two')] as const;

async function startSecured() {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'plaza-tls-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const shown: string[] = [];
  const scripted = stack.use(
    await startScriptedSubgraph(products, {
      createServer: (listener) =>
        createServer(
          {
            ...server,
            ca: gateways.map(({ cert }) => cert),
            requestCert: true,
            rejectUnauthorized: true,
          },
          (request, response) => {
            const { subject } = (request.socket as TLSSocket).getPeerCertificate();
            shown.push(String(subject.CN));
            listener(request, response);
          },
        ),
    }),
  );
  const fileOf = (name: string): string => path.join(folder, name);
  const show = async ({ cert, key }: SelfSigned): Promise<void> => {
    await writeFile(fileOf('cert.pem'), cert);
    await writeFile(fileOf('key.pem'), key);
  };
  await writeFile(fileOf('ca.pem'), server.cert);
  await show(gateways[0]);
  const open = stack.move();
  return {
    url: scripted.url.replace('http:', 'https:'),
    files: { ca: fileOf('ca.pem'), cert: fileOf('cert.pem'), key: fileOf('key.pem') },
    shown,
    show,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

test('shows a subgraph its certificate, and a new one as soon as the files have changed', async (t) => {
  await using secured = await startSecured();
  const { url, files, shown, show } = secured;
  await using shop = await startTrafficGateway(
    { url, tls: { ...files, servername } },
    { config: { subgraphDefaults: { tlsCheckIntervalMs: 100 } } },
  );
  t.is((await shop.ask(query)).errors, undefined);
  t.deepEqual(shown, ['gateway one']);
  await show(gateways[1]);
  while (shown.at(-1) === 'gateway one') t.is((await shop.ask(query)).errors, undefined);
  t.is(shown.at(-1), 'gateway two');
});

test('does not speak to a subgraph that has another name, or an authority that is not known', async (t) => {
  await using secured = await startSecured();
  const { url, files, shown } = secured;
  await using misnamed = await startTrafficGateway({ url, tls: files });
  t.is((await misnamed.ask(query)).errors?.[0]?.extensions.code, 'DOWNSTREAM_SERVICE_ERROR');
  const strange = { ...files, ca: files.cert, servername };
  await using unknown = await startTrafficGateway({ url, tls: strange });
  t.is((await unknown.ask(query)).errors?.[0]?.extensions.code, 'DOWNSTREAM_SERVICE_ERROR');
  t.deepEqual(shown, []);
});

test('does not start with TLS files that are missing or belong to others', async (t) => {
  await using secured = await startSecured();
  const { url, files } = secured;
  const missing = { cert: '/nowhere/cert.pem', key: files.key };
  await t.throwsAsync(startTrafficGateway({ url, tls: missing }), {
    message: /nowhere.*cannot be read/,
  });
  await writeFile(files.key, '');
  await t.throwsAsync(startTrafficGateway({ url, tls: files }), { message: /has no PEM block/ });
  await secured.show(gateways[0]);
  const unfit = { cert: files.ca, key: files.key };
  await t.throwsAsync(startTrafficGateway({ url, tls: unfit }), { message: /do not fit/ });
});
