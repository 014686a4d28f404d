/**
 * A process that serves the four subgraphs, each under its name. A request is executed once and then
 * answered from memory, so that what is measured is the gateway in front of it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DocumentNode, execute, type GraphQLSchema, parse, validate } from 'graphql';
import { fixtureSubgraphs } from './fixture-graph.ts';

export type SubgraphProcessMessage =
  | { readonly kind: 'listening'; readonly origin: string }
  | { readonly kind: 'requestCount'; readonly requestCount: number };

interface RequestBody {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const answersMax = 10_000;
const answers = new Map<string, string>();
const schemas = new Map(fixtureSubgraphs.map(({ name, schema }) => [`/${name}`, schema]));
let requestCount = 0;

const server = createServer((request, response) => {
  requestCount += 1;
  respond(request, response).catch((error: unknown) => {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
  });
});
// Longer than any round: a gateway must not meet a socket that closes under it.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  send({ kind: 'listening', origin: `http://127.0.0.1:${port}` });
});
process.on('message', () => send({ kind: 'requestCount', requestCount }));
process.on('disconnect', () => process.exit());

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  const body = await readBody(request);
  const key = path + body;
  let answer = answers.get(key);
  if (answer === undefined) {
    const schema = schemas.get(path);
    if (schema === undefined) {
      throw new Error(`There is no subgraph at ${path}`);
    }
    answer = JSON.stringify(await answerRequest(schema, JSON.parse(body) as RequestBody));
    if (answers.size < answersMax) {
      answers.set(key, answer);
    }
  }
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(answer),
  });
  response.end(answer);
}

async function answerRequest(schema: GraphQLSchema, body: RequestBody): Promise<unknown> {
  const document: DocumentNode = parse(body.query);
  const errors = validate(schema, document);
  if (errors.length > 0) {
    return { errors };
  }
  return await execute({
    schema,
    document,
    operationName: body.operationName ?? null,
    variableValues: body.variables ?? {},
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function send(message: SubgraphProcessMessage): void {
  process.send?.(message);
}
