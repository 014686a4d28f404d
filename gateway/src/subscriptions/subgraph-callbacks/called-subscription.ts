import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { isGraphQLResponse } from '../../subgraph-fetch/read-graphql-response.ts';
import { SourceQueue } from '../source-queue.ts';
import { readRejection } from '../subgraph-sources/read-rejection.ts';
import { LostConnection } from '../subgraph-sources/subscribe-again.ts';
import type { CallbackMessage } from './callback-message.ts';

const verifierBytes = 32;

/** One subscription of whose events a subgraph tells by calling back. */
export class CalledSubscription {
  /** Nobody can guess it, so that a stranger does not even find out what is open. */
  readonly id: string;
  readonly verifier = randomBytes(verifierBytes).toString('base64url');
  readonly events = new SourceQueue();
  readonly #subgraph: string;
  /** Checks since the subgraph was heard: after a pause of this process it only seems silent. */
  #silentChecks = 0;
  #isHeard = false;

  constructor(subgraph: string, idPrefix = '') {
    this.id = `${idPrefix}${randomUUID()}`;
    this.#subgraph = subgraph;
  }

  /** True once the subgraph has called: it could. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  /** Compares in a time that tells nothing of how much is right. */
  isVerifiedBy(verifier: string): boolean {
    return timingSafeEqual(digestOf(verifier), digestOf(this.verifier));
  }

  take(message: CallbackMessage): void {
    this.#isHeard = true;
    this.#silentChecks = 0;
    switch (message.action) {
      case 'check':
        break;
      case 'next':
        this.#push(message.payload);
        break;
      case 'complete':
        this.#complete(message.errors);
        break;
    }
  }

  /** Looks whether a subgraph that has called has done so of late; else its events are over. */
  check(silentChecksMax: number): void {
    this.#silentChecks += 1;
    if (!this.#isHeard || this.#silentChecks < silentChecksMax) return;
    const message = `Subgraph ${this.#subgraph} has missed its heartbeats for a subscription`;
    this.events.end(new LostConnection(message));
  }

  #push(payload: unknown): void {
    if (isGraphQLResponse(payload)) {
      this.events.push({ kind: 'next', response: payload });
      return;
    }
    const message = `Subgraph ${this.#subgraph} sent an event that is no GraphQL response`;
    this.events.push({ kind: 'next', response: { errors: [{ message }] } });
  }

  #complete(errors: unknown): void {
    const isGood = errors === undefined || (Array.isArray(errors) && errors.length === 0);
    this.events.end(isGood ? undefined : readRejection(this.#subgraph, errors));
  }
}

function digestOf(verifier: string): Buffer {
  return createHash('sha256').update(verifier).digest();
}
