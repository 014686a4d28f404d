import { randomUUID } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import type { Config } from '../../config.ts';
import type { Gateway } from '../../gateway.ts';
import { toGraphQLErrors } from '../../graphql-errors.ts';
import { readBodyParameters } from '../../http/graphql-parameters.ts';
import { wantsGaps } from '../paced-subscriber.ts';
import type { SubscriberIdentity } from '../subscriber.ts';
import type { ClientIdentity } from './client-identity.ts';
import type { Payload } from './client-messages.ts';
import { asciiJson } from './client-messages.ts';
import type { OperationSocket } from './client-operation.ts';
import { ClientOperation } from './client-operation.ts';
import { completeMessage } from './client-protocol.ts';
import { closes } from './close-codes.ts';

/** What running operations needs beside the socket that they came by. */
export interface OperationContext {
  readonly gateway: Gateway;
  readonly limits: Config['subscriptions'];
  /** The contract that the socket's path names. */
  readonly contract: string | undefined;
}

/** A socket whose client may have operations. */
export interface OperatingSocket extends OperationSocket {
  /** What its operations are run with. */
  readonly ownHeaders: ClientIdentity['ownHeaders'];
  /** Network address of the client. */
  readonly address: string | undefined;
}

/** The operations under way on one client's socket. */
export class SocketOperations {
  readonly #socket: OperatingSocket;
  readonly #context: OperationContext;
  readonly #operations = new Map<string, ClientOperation>();

  constructor(socket: OperatingSocket, context: OperationContext) {
    this.#socket = socket;
    this.#context = context;
  }

  /** True while the client waits for an answer that will come. */
  get isAnswering(): boolean {
    for (const operation of this.#operations.values()) if (operation.isAnswering) return true;
    return false;
  }

  /** Runs an operation, once `acknowledged` resolves if that is given. */
  start(givenId: string, payload: Payload, acknowledged: Promise<void> | undefined): void {
    const id = asciiJson(givenId);
    const before = this.#operations.get(id);
    if (before !== undefined && !this.#socket.protocol.isIdReusable) {
      this.#socket.close(closes.idInUse(id));
      return;
    }
    before?.cancel();
    const operation = new ClientOperation(this.#socket, id, wantsGaps(payload.extensions));
    this.#operations.set(id, operation);
    this.#run(operation, payload, acknowledged).catch((error: unknown) => {
      operation.fail(toGraphQLErrors([error], randomUUID()));
    });
  }

  /** The client wants no more of an operation. Does nothing when there is none. */
  stop(givenId: string): void {
    const id = asciiJson(givenId);
    const operation = this.#operations.get(id);
    if (operation === undefined) return;
    operation.cancel();
    if (this.#socket.protocol.isStopConfirmed) this.#socket.send(completeMessage(id));
  }

  release(id: string): void {
    this.#operations.delete(id);
  }

  cancelAll(): void {
    for (const operation of this.#operations.values()) operation.cancel();
  }

  resumeAll(): void {
    for (const operation of this.#operations.values()) operation.resume();
  }

  renewAll(identity: SubscriberIdentity): void {
    for (const operation of this.#operations.values()) operation.renew(identity);
  }

  /** Throws AppError BAD_REQUEST or RATE_LIMITED before anything was run. */
  async #run(
    operation: ClientOperation,
    payload: Payload,
    acknowledged: Promise<void> | undefined,
  ): Promise<void> {
    const { gateway, limits, contract } = this.#context;
    if (this.#operations.size > limits.operationsPerSocketMax) {
      const message = `At most ${limits.operationsPerSocketMax} operations may run on one socket`;
      throw new AppError('RATE_LIMITED', message);
    }
    const parameters = readBodyParameters(payload);
    const signal = operation.begin();
    if (acknowledged !== undefined) await acknowledged;
    const outcome = await gateway.runLive({
      ...parameters,
      contract,
      headers: this.#socket.ownHeaders,
      requestId: randomUUID(),
      address: this.#socket.address,
      signal,
      subscriberFor: () => operation,
      allowedTypes: ['query', 'mutation', 'subscription'],
    });
    operation.settle(outcome);
  }
}
