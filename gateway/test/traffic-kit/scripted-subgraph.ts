import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Subgraph } from '../kit/define-subgraph.ts';
import type { GraphQLRequestBody } from '../kit/execute-on-subgraph.ts';
import { executeOnSubgraph } from '../kit/execute-on-subgraph.ts';

/** What becomes of one call. */
export type Step =
  /** Executed and answered, with these headers. */
  | { readonly kind: 'answer'; readonly headers?: Readonly<Record<string, string | string[]>> }
  /** The socket is closed without a byte of an answer. */
  | { readonly kind: 'reset' }
  /** Text with this status. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  /** Answered after this time. */
  | { readonly kind: 'late'; readonly afterMs: number }
  /** Never answered. */
  | { readonly kind: 'hang' };

export interface ScriptedSubgraph extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The calls that came, in their order. */
  readonly calls: readonly { readonly headers: IncomingHttpHeaders; readonly query: string }[];
  /** What happens to the next calls; then, and by default, each is answered. */
  next(...steps: readonly Step[]): void;
  /** What happens to every call that no step is left for. */
  always(step: Step): void;
}

export interface ScriptedOptions {
  readonly host?: string;
  readonly port?: number;
  /** Default: plain HTTP. */
  readonly createServer?: (
    listener: (request: IncomingMessage, response: ServerResponse) => void,
  ) => Server;
}

/** Serves a subgraph that does to each call what it is told to. */
export async function startScriptedSubgraph(
  subgraph: Subgraph,
  {
    host = '127.0.0.1',
    port: wantedPort = 0,
    createServer: create = createServer,
  }: ScriptedOptions = {},
): Promise<ScriptedSubgraph> {
  const calls: { headers: IncomingHttpHeaders; query: string }[] = [];
  const steps: Step[] = [];
  let otherwise: Step = { kind: 'answer' };
  const server = create((request, response) => {
    readBody(request).then(
      (body) => {
        calls.push({ headers: request.headers, query: body.query });
        return perform(steps.shift() ?? otherwise, { subgraph, body, response });
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(wantedPort, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}/graphql`,
    port,
    calls,
    next: (...more) => void steps.push(...more),
    always: (step) => {
      otherwise = step;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Exchange {
  readonly subgraph: Subgraph;
  readonly body: GraphQLRequestBody;
  readonly response: ServerResponse;
}

async function perform(step: Step, { subgraph, body, response }: Exchange): Promise<void> {
  switch (step.kind) {
    case 'hang':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'status':
      response.writeHead(step.status, { 'content-type': 'text/plain', ...step.headers });
      response.end('no');
      return;
    case 'late':
      setTimeout(
        () => void perform({ kind: 'answer' }, { subgraph, body, response }),
        step.afterMs,
      );
      return;
    case 'answer': {
      const text = JSON.stringify(await executeOnSubgraph(subgraph, body));
      response.writeHead(200, { 'content-type': 'application/json', ...step.headers }).end(text);
    }
  }
}

async function readBody(request: IncomingMessage): Promise<GraphQLRequestBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as GraphQLRequestBody;
}
