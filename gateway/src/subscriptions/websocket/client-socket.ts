import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { AppError } from '@plaza/schema/errors';
import type { WebSocket } from 'ws';
import type { Config } from '../../config.ts';
import type { Gateway } from '../../gateway.ts';
import { toGraphQLErrors } from '../../graphql-errors.ts';
import { readBodyParameters } from '../../http/graphql-parameters.ts';
import { addInitHeaders } from './client-headers.ts';
import type { ClientMessage, Payload } from './client-messages.ts';
import { readClientMessage } from './client-messages.ts';
import type { OperationSocket } from './client-operation.ts';
import { ClientOperation } from './client-operation.ts';
import type { CloseReason } from './close-codes.ts';
import { closes } from './close-codes.ts';
import type { EventFrame } from './event-frame.ts';

/** What all client sockets have in common. */
export interface SocketContext {
  readonly gateway: Gateway;
  readonly limits: Config['subscriptions'];
  readonly keptHeaders: ReadonlySet<string>;
}

type Phase = 'opened' | 'acknowledged' | 'closed';

/** One client's connection under graphql-transport-ws (graphql-ws, PROTOCOL.md). */
export class ClientSocket implements OperationSocket {
  readonly #ws: WebSocket;
  /** The bytes under the WebSocket, where frames that clients share are written. */
  readonly #stream: Duplex;
  readonly #context: SocketContext;
  readonly #operations = new Map<string, ClientOperation>();
  #headers: Readonly<Record<string, string>>;
  #phase: Phase = 'opened';
  #heardAtMs: number;
  #isPinged = false;

  constructor(
    { ws, stream }: { readonly ws: WebSocket; readonly stream: Duplex },
    headers: Readonly<Record<string, string>>,
    context: SocketContext,
  ) {
    this.#ws = ws;
    this.#stream = stream;
    this.#headers = headers;
    this.#context = context;
    this.#heardAtMs = nowMs();
    ws.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    ws.on('pong', () => this.#hear());
    ws.on('close', () => this.#onClose());
    // What breaks the frame format closes the socket, and 'close' follows.
    ws.on('error', () => undefined);
    stream.on('drain', () => this.#ws.resume());
  }

  get operationCount(): number {
    return this.#operations.size;
  }

  /** Looks at what is due; called every now and then, so that no socket has a timer of its own. */
  check(): void {
    const { connectionInitTimeoutMs, pingIntervalMs } = this.#context.limits;
    const silentMs = nowMs() - this.#heardAtMs;
    if (this.#phase === 'opened' && silentMs >= connectionInitTimeoutMs) {
      this.close(closes.initialisationTimeout);
    } else if (silentMs >= 2 * pingIntervalMs) {
      this.#ws.terminate();
    } else if (silentMs >= pingIntervalMs && !this.#isPinged) {
      this.#isPinged = true;
      this.#ws.ping();
    }
  }

  close({ code, reason }: CloseReason): void {
    if (this.#phase === 'closed') return;
    this.#ws.close(code, reason);
    this.#onClose();
  }

  terminate(): void {
    this.#ws.terminate();
  }

  send(message: string): void {
    if (this.#phase !== 'closed') this.#ws.send(message);
  }

  sendFrame(frame: EventFrame, id: string): void {
    if (this.#phase !== 'closed') frame.writeTo(this.#stream, id);
  }

  hasRoom(): boolean {
    return this.#stream.writableLength <= this.#context.limits.bufferedBytesMax;
  }

  giveUp(): void {
    this.close(closes.tooSlow);
  }

  release(id: string): void {
    this.#operations.delete(id);
  }

  #onClose(): void {
    this.#phase = 'closed';
    for (const operation of this.#operations.values()) operation.cancel();
  }

  #hear(): void {
    this.#heardAtMs = nowMs();
    this.#isPinged = false;
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#phase === 'closed') return;
    if (this.#phase === 'acknowledged') this.#hear();
    const message = isBinary ? 'Invalid message: binary' : readClientMessage(data.toString());
    if (typeof message === 'string') this.close(closes.badMessage(message));
    else this.#handle(message);
    // A client that does not read its answers is not asked for more.
    if (!this.hasRoom()) this.#ws.pause();
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'connection_init':
        this.#initialise(message.payload);
        break;
      case 'ping':
        this.send(JSON.stringify({ type: 'pong', payload: message.payload }));
        break;
      case 'pong':
        break;
      case 'subscribe':
        if (this.#phase === 'opened') this.close(closes.subscribedTooEarly);
        else this.#subscribe(message.id, message.payload);
        break;
      case 'complete':
        this.#operations.get(asciiJson(message.id))?.cancel();
        break;
    }
  }

  #initialise(payload: Payload | undefined): void {
    if (this.#phase !== 'opened') {
      this.close(closes.initialisedTwice);
      return;
    }
    if (payload !== undefined) {
      this.#headers = addInitHeaders(this.#headers, payload, this.#context.keptHeaders);
    }
    this.#phase = 'acknowledged';
    this.#hear();
    this.send('{"type":"connection_ack"}');
  }

  #subscribe(givenId: string, payload: Payload): void {
    const id = asciiJson(givenId);
    if (this.#operations.has(id)) {
      this.close(closes.idInUse(id));
      return;
    }
    const operation = new ClientOperation(this, id);
    this.#operations.set(id, operation);
    this.#run(operation, payload).catch((error: unknown) => {
      operation.fail(toGraphQLErrors([error], randomUUID()));
    });
  }

  /** Throws AppError BAD_REQUEST or RATE_LIMITED before anything was run. */
  async #run(operation: ClientOperation, payload: Payload): Promise<void> {
    const { gateway, limits } = this.#context;
    if (this.#operations.size > limits.operationsPerSocketMax) {
      const message = `At most ${limits.operationsPerSocketMax} operations may run on one socket`;
      throw new AppError('RATE_LIMITED', message);
    }
    const outcome = await gateway.runLive({
      ...readBodyParameters(payload),
      headers: this.#headers,
      requestId: randomUUID(),
      signal: operation.begin(),
      subscriber: operation,
      allowedTypes: ['query', 'mutation', 'subscription'],
    });
    operation.settle(outcome);
  }
}

/** JSON text whose characters are bytes, so that its length is the length of what is written. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\x7f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function nowMs(): number {
  return Math.trunc(performance.now());
}
