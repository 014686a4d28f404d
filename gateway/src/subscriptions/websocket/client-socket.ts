import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '@plaza/schema/errors';
import type { WebSocket } from 'ws';
import { toGraphQLErrors } from '../../graphql-errors.ts';
import type { ClientCounts } from '../client-counts.ts';
import type { DrainedClient } from '../drain-clients.ts';
import { addInitHeaders } from './client-headers.ts';
import type { ClientIdentity } from './client-identity.ts';
import { identifyClient, mayBecome, renewedHeaders, unidentified } from './client-identity.ts';
import type { ClientMessage, Payload } from './client-messages.ts';
import { readClientMessage } from './client-messages.ts';
import type { OperationSocket } from './client-operation.ts';
import type { ClientProtocol } from './client-protocol.ts';
import type { CloseReason } from './close-codes.ts';
import { closes } from './close-codes.ts';
import type { EventFrame } from './event-frame.ts';
import { MessageRate } from './message-rate.ts';
import type { OpenedSocket } from './opened-socket.ts';
import type { OperationContext } from './socket-operations.ts';
import { SocketOperations } from './socket-operations.ts';
import type { WriteTurn } from './write-turn.ts';

/** Time between two calls of `ClientSocket.check`, and so how late a timeout may be noticed. */
export const checkIntervalMs = 250;

/** What all client sockets have in common. */
export interface SocketContext extends OperationContext {
  readonly keptHeaders: ReadonlySet<string>;
  /** Sockets of each viewer. */
  readonly viewers: ClientCounts;
  readonly writeTurn: WriteTurn;
}

type Phase = 'opened' | 'identifying' | 'acknowledged' | 'closed';

/** One client's connection. */
export class ClientSocket implements OperationSocket, DrainedClient {
  readonly protocol: ClientProtocol;
  readonly #ws: WebSocket;
  readonly #stream: Duplex;
  readonly #context: SocketContext;
  readonly #operations: SocketOperations;
  readonly #rate = new MessageRate();
  #identity: ClientIdentity;
  #phase: Phase = 'opened';
  /**
   * Checks since the client was heard. They are counted, not the time: after a pause of this process
   * what its clients said meanwhile has not been read yet.
   */
  #silentChecks = 0;
  #isPinged = false;
  /** Checks since the last keep-alive. */
  #unkeptChecks = 0;
  /** Present while operations wait for the acknowledgement. */
  #acknowledgement: PromiseWithResolvers<void> | undefined;

  constructor(
    { ws, stream, protocol }: OpenedSocket,
    ownHeaders: ClientIdentity['ownHeaders'],
    context: SocketContext,
  ) {
    this.#ws = ws;
    this.#stream = stream;
    this.#context = context;
    this.protocol = protocol;
    this.#operations = new SocketOperations(this, context);
    this.#identity = unidentified(ownHeaders);
    ws.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    ws.on('pong', () => this.#hear());
    ws.on('close', () => this.#onClose());
    // What breaks the frame format closes the socket, and 'close' follows.
    ws.on('error', () => undefined);
    stream.on('drain', () => this.#resume());
  }

  get ownHeaders(): ClientIdentity['ownHeaders'] {
    return this.#identity.ownHeaders;
  }

  get address(): string | undefined {
    return this.#stream instanceof Socket ? this.#stream.remoteAddress : undefined;
  }

  get isOpen(): boolean {
    return this.#phase !== 'closed';
  }

  get isAnswering(): boolean {
    return this.#operations.isAnswering;
  }

  /** Looks at what is due; called every now and then, so that no socket has a timer of its own. */
  check(): void {
    const { connectionInitTimeoutMs, heartbeatIntervalMs, pingIntervalMs } = this.#context.limits;
    this.#unkeptChecks += 1;
    const isKeepAliveDue = this.#unkeptChecks * checkIntervalMs >= heartbeatIntervalMs;
    if (isKeepAliveDue && this.#phase === 'acknowledged') this.#keepAlive();
    this.#silentChecks += 1;
    const silentMs = this.#silentChecks * checkIntervalMs;
    if (this.#phase === 'opened' && silentMs >= connectionInitTimeoutMs) {
      this.close(closes.initialisationTimeout);
    } else if (!this.#identity.holds()) {
      this.close(closes.identityEnded(this.#identity.viewer));
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

  sendAway(): void {
    this.close(closes.draining);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  send(message: string): void {
    if (this.#isWritable) this.#ws.send(message);
  }

  sendFrame(frame: EventFrame, id: string): void {
    if (this.#isWritable) this.#context.writeTurn.write(this.#stream, frame, id);
  }

  hasRoom(): boolean {
    const { writableNeedDrain, writableLength } = this.#stream;
    // Without the need there is no 'drain' to wait for.
    return !writableNeedDrain || writableLength <= this.#context.limits.bufferedBytesMax;
  }

  release(id: string): void {
    this.#operations.release(id);
  }

  /** Nothing may follow a close frame, ours or the client's. */
  get #isWritable(): boolean {
    return this.#phase !== 'closed' && this.#ws.readyState === this.#ws.OPEN;
  }

  #onClose(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    const { viewer } = this.#identity;
    if (viewer !== undefined) this.#context.viewers.leave(viewer.id);
    this.#operations.cancelAll();
  }

  #hear(): void {
    this.#silentChecks = 0;
    this.#isPinged = false;
  }

  #resume(): void {
    this.#ws.resume();
    this.#operations.resumeAll();
  }

  #keepAlive(): void {
    const { keepAlive } = this.protocol;
    this.#unkeptChecks = 0;
    // A client that has not read the ones before needs no other.
    if (keepAlive === undefined || !this.#isWritable || !this.hasRoom()) return;
    this.#stream.write(keepAlive);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#phase === 'closed') return;
    // Whoever has not said who they are does not get more time by talking.
    if (this.#phase === 'acknowledged') this.#hear();
    const message = isBinary
      ? 'Invalid message: binary'
      : readClientMessage(data.toString(), this.protocol.messageTypes);
    if (!this.#rate.take(this.#context.limits.messagesPerSecondMax)) {
      this.close(closes.tooManyMessages);
    } else if (typeof message === 'string') {
      this.#refuse(message);
    } else {
      this.#handle(message);
    }
    // A client that does not read its answers is not asked for more.
    if (!this.hasRoom()) this.#ws.pause();
  }

  #refuse(problem: string): void {
    const isTold = this.#sendConnectionFailed(new AppError('BAD_REQUEST', problem));
    if (!isTold) this.close(closes.badMessage(problem));
  }

  /** False where the protocol has no words for it. */
  #sendConnectionFailed(error: unknown): boolean {
    const message = this.protocol.connectionFailed?.(toGraphQLErrors([error], randomUUID()));
    if (message !== undefined) this.send(message);
    return message !== undefined;
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'init':
        if (this.#phase === 'opened') void this.#initialise(message.payload);
        else this.close(closes.initialisedTwice);
        break;
      case 'ping':
        void this.#pong(message.payload);
        break;
      case 'pong':
        break;
      case 'start':
        this.#start(message);
        break;
      case 'stop':
        this.#operations.stop(message.id);
        break;
      case 'terminate':
        this.close(closes.terminated);
        break;
    }
  }

  #start({ id, payload }: ClientMessage & { readonly type: 'start' }): void {
    const isEarly = this.#phase === 'identifying' && this.protocol.hasEarlyStart;
    if (isEarly) this.#acknowledgement ??= Promise.withResolvers();
    if (isEarly || this.#phase === 'acknowledged') {
      this.#operations.start(id, payload, this.#acknowledgement?.promise);
    } else {
      this.close(closes.subscribedTooEarly);
    }
  }

  async #initialise(payload: Payload = {}): Promise<void> {
    this.#phase = 'identifying';
    const { gateway, keptHeaders } = this.#context;
    try {
      const headers = addInitHeaders(this.#identity.ownHeaders, payload, keptHeaders);
      const identity = await identifyClient(gateway, headers);
      if (this.#phase === 'identifying') this.#acknowledge(identity);
    } catch (error) {
      this.#sendConnectionFailed(error);
      this.close(closes.unidentified(error));
    }
  }

  #acknowledge(identity: ClientIdentity): void {
    if (!this.#become(identity)) {
      this.close(closes.tooManySockets);
      return;
    }
    this.#phase = 'acknowledged';
    this.#hear();
    this.send('{"type":"connection_ack"}');
    this.#keepAlive();
    this.#acknowledgement?.resolve();
    this.#acknowledgement = undefined;
  }

  /** False when the viewer has too many sockets already. */
  #become(identity: ClientIdentity): boolean {
    const { viewer } = identity;
    const isCounted = this.#identity.viewer !== undefined || viewer === undefined;
    if (!isCounted && !this.#context.viewers.enter(viewer.id)) return false;
    this.#identity = identity;
    return true;
  }

  /** Answers a ping. One with another token renews the socket's own; the answer says whether it did. */
  async #pong(payload: Payload | undefined): Promise<void> {
    const { ownHeaders } = this.#identity;
    const headers = payload === undefined ? undefined : renewedHeaders(ownHeaders, payload);
    if (headers === undefined || this.#phase !== 'acknowledged') {
      this.send(JSON.stringify({ type: 'pong', payload }));
      return;
    }
    const isRenewed = await this.#renew(headers);
    const expiresAt = this.#identity.viewer?.expiresAt;
    this.send(JSON.stringify({ type: 'pong', payload: { isRenewed, expiresAt } }));
  }

  async #renew(headers: ClientIdentity['ownHeaders']): Promise<boolean> {
    try {
      const renewed = await identifyClient(this.#context.gateway, headers);
      if (this.#phase === 'closed' || !mayBecome(this.#identity, renewed)) return false;
      if (!this.#become(renewed)) return false;
      this.#operations.renewAll(renewed);
      return true;
    } catch {
      // The token that it has still holds until it ends.
      return false;
    }
  }
}
