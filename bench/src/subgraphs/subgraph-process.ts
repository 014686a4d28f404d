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
  | {
      readonly kind: 'work';
      /** Calls answered since the process started. */
      readonly calls: number;
      /** Representations that those calls asked for. */
      readonly entities: number;
    };

interface RequestBody {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const answersMax = 10_000;
interface Answer {
  readonly text: string;
  readonly entities: number;
}

const answers = new Map<string, Answer>();
const schemas = new Map(fixtureSubgraphs.map(({ name, schema }) => [`/${name}`, schema]));
let calls = 0;
let entities = 0;

const server = createServer((request, response) => {
  calls += 1;
  respond(request, response).catch((error: unknown) => {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
  });
});
// Longer than any round: a gateway must not meet a socket that closes under it.
server.keepAliveTimeout = 120_000;
// A process that is to take the place of another is given its port.
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  send({ kind: 'listening', origin: `http://127.0.0.1:${port}` });
});
process.on('message', () => send({ kind: 'work', calls, entities }));
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
    const operation = JSON.parse(body) as RequestBody;
    answer = {
      text: JSON.stringify(await answerRequest(schema, operation)),
      entities: countRepresentations(operation),
    };
    if (answers.size < answersMax) {
      answers.set(key, answer);
    }
  }
  entities += answer.entities;
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(answer.text),
  });
  response.end(answer.text);
}

/** Every gateway sends them as lists in variables, under whatever names. */
function countRepresentations({ variables = {} }: RequestBody): number {
  return Object.values(variables)
    .filter((value) => Array.isArray(value))
    .reduce((sum, list) => sum + list.length, 0);
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
