import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Subgraph } from './define-subgraph.ts';
import type { GraphQLRequestBody } from './execute-on-subgraph.ts';
import { executeOnSubgraph } from './execute-on-subgraph.ts';
import type { LiveConnections } from './serve-subscriptions.ts';
import { serveSubscriptions } from './serve-subscriptions.ts';

/** What the server does with its next requests. */
export type ServerBehaviour =
  | 'ok'
  /** 200 with an HTML page, as a misconfigured proxy answers. */
  | 'html'
  /** 500 with a plain text body. */
  | '500'
  /** 200, the JSON media type, and text that is not JSON. */
  | 'broken-json'
  /** 200 and JSON that is no GraphQL answer. */
  | 'not-graphql'
  /** Reads the request and does not answer until told to. */
  | 'hang'
  /** Announces more than it sends, then closes the socket. */
  | 'close-mid-body'
  /** Sends JSON without end. */
  | 'endless';

export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: GraphQLRequestBody;
}

export interface AnswerExtras {
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the GraphQL answer. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface SubgraphServer extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** What came by WebSocket. */
  readonly live: LiveConnections;
  /** Sockets that clients hold open now. */
  connectionCount(): Promise<number>;
  behave(behaviour: ServerBehaviour): void;
  /** What its good answers carry from now on, beside data and errors. */
  carry(extras: AnswerExtras): void;
  /** Answers the requests that `hang` has left without an answer, with what was so when they came. */
  answerHanging(): void;
}

/**
 * Serves a subgraph over real HTTP and WebSocket on a loopback port, by default a free one. Dispose of
 * it to close all sockets.
 */
export async function startSubgraphServer(
  subgraph: Subgraph,
  ownPort = 0,
): Promise<SubgraphServer> {
  const requests: ReceivedRequest[] = [];
  const hanging: (() => void)[] = [];
  let behaviour: ServerBehaviour = 'ok';
  let extras: AnswerExtras = {};
  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => {
        requests.push({ headers: request.headers, body });
        const answer = { subgraph, body, extras };
        return behaviour === 'hang'
          ? writeOk(answer).then((send) => void hanging.push(() => send(response)))
          : respond(answer, behaviour, response);
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const live = serveSubscriptions(server, subgraph.schema);
  await new Promise<void>((resolve) => {
    server.listen(ownPort, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    name: subgraph.name,
    url: `http://127.0.0.1:${port}/graphql`,
    requests,
    live,
    behave: (next) => {
      behaviour = next;
    },
    carry: (next) => {
      extras = next;
    },
    answerHanging: () => {
      for (const answer of hanging.splice(0)) answer();
    },
    connectionCount: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        live.terminate();
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<GraphQLRequestBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as GraphQLRequestBody;
}

interface Answer {
  readonly subgraph: Subgraph;
  readonly body: GraphQLRequestBody;
  readonly extras: AnswerExtras;
}

/** Says what the data are now, to be sent whenever. */
async function writeOk({
  subgraph,
  body,
  extras: { headers, extensions },
}: Answer): Promise<(response: ServerResponse) => void> {
  const result = await executeOnSubgraph(subgraph, body);
  const text = JSON.stringify({ ...result, ...(extensions && { extensions }) });
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(text);
  };
}

async function respond(
  answer: Answer,
  behaviour: ServerBehaviour,
  response: ServerResponse,
): Promise<void> {
  const json = { 'content-type': 'application/json' };
  switch (behaviour) {
    case 'ok': {
      const send = await writeOk(answer);
      send(response);
      return;
    }
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
      return;
    case '500':
      response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error');
      return;
    case 'broken-json':
      response.writeHead(200, json).end('{"data": {');
      return;
    case 'not-graphql':
      response.writeHead(200, json).end('[1, 2, 3]');
      return;
    case 'hang':
      return;
    case 'close-mid-body':
      response.writeHead(200, { ...json, 'content-length': '1000' });
      response.write('{"data": ', () => response.destroy());
      return;
    case 'endless':
      response.writeHead(200, json);
      response.write('{"data": {"text": "');
      writeWithoutEnd(response);
  }
}

function writeWithoutEnd(response: ServerResponse): void {
  const chunk = 'x'.repeat(64 * 1024);
  const write = (): void => {
    if (response.destroyed) return;
    if (response.write(chunk)) setImmediate(write);
    else response.once('drain', write);
  };
  write();
}
