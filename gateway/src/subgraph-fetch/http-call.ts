import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '@plaza/schema/errors';
import type { Dispatcher } from 'undici';
import type { SignRequest } from '../signatures/sign-request.ts';
import type { CallFault } from './call-error.ts';
import { CallError } from './call-error.ts';
import type { AnswerRules, TakenHeaders } from './header-rules.ts';
import { isJsonMediaType } from './read-graphql-response.ts';
import type { CacheHeaders } from './subgraph-request.ts';

/** Where a request goes. */
export interface CallTarget {
  readonly pool: Dispatcher;
  readonly address: { readonly path: string };
  /** Requests under way or waiting for a connection. */
  pending: number;
}

/** One HTTP request to a subgraph. */
export interface HttpCall {
  readonly subgraph: string;
  readonly headers: Record<string, string>;
  /** Signs each attempt anew; undefined: none is signed. */
  readonly sign: SignRequest | undefined;
  readonly body: string;
  /** Which headers of the answer clients get; undefined: none. */
  readonly rules: AnswerRules | undefined;
  /** What the call has left of its deadline. */
  readonly timeoutMs: number;
  /** The whole of that, for the message. */
  readonly deadlineMs: number;
  readonly responseBytesMax: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** Undefined where it has none of these headers. */
  readonly cacheHeaders: CacheHeaders | undefined;
  /** For the client; undefined where there are none. */
  readonly headers: TakenHeaders | undefined;
  /** Undefined for the status 200. */
  readonly retryAfter: string | undefined;
}

/**
 * Posts a body and reads the JSON text that comes back. Rejects with CallError (GATEWAY_TIMEOUT past
 * the deadline, DOWNSTREAM_SERVICE_ERROR when there is no answer, it is not JSON or it is too long),
 * and with the reason of the signal when that aborts.
 */
export function callOverHttp(target: CallTarget, call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const handler = new AnswerHandler(target, call, { resolve, reject });
    if (call.signal.aborted) {
      handler.fail(reasonOf(call.signal));
      return;
    }
    const { subgraph, body, sign } = call;
    const { path } = target.address;
    const method = 'POST';
    const headers = sign?.({ subgraph, method, path, headers: call.headers, body }) ?? call.headers;
    target.pool.dispatch({ path, method, headers, body }, handler);
  });
}

/** Collects one answer through undici's lowest interface, the cheapest for many small bodies. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #target: CallTarget;
  readonly #call: HttpCall;
  readonly #settle: { resolve: (answer: HttpAnswer) => void; reject: (error: AppError) => void };
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #failure: AppError | undefined;
  #bytes = 0;
  #status = 0;
  #retryAfter: string | undefined;
  #cacheHeaders: CacheHeaders | undefined;
  #headers: TakenHeaders | undefined;

  constructor(
    target: CallTarget,
    call: HttpCall,
    settle: { resolve: (answer: HttpAnswer) => void; reject: (error: AppError) => void },
  ) {
    target.pending += 1;
    this.#target = target;
    this.#call = call;
    this.#settle = settle;
    this.#timer = setTimeout(() => this.fail(timeoutOf(call)), call.timeoutMs);
    call.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Ends the call with an error and closes its connection. The first reason counts. */
  fail(error: AppError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#release();
    this.#settle.reject(error);
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It may have waited for a free connection past its deadline.
    if (this.#failure !== undefined) controller.abort(this.#failure);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // An informational answer (1xx) comes before the real one.
    if (status < 200) return;
    this.#status = status;
    this.#cacheHeaders = readCacheHeaders(headers);
    this.#headers = this.#call.rules?.take(headers);
    if (status !== 200) this.#retryAfter = headers['retry-after'];
    const contentType = headers['content-type'];
    if (!isJsonMediaType(contentType)) {
      const fault = { kind: 'status', status, retryAfter: headers['retry-after'] } as const;
      const what = `answered ${status} with ${contentType ?? 'no'} content type`;
      this.fail(this.#downstream(what, fault));
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#call.responseBytesMax) {
      const what = `answered more than ${this.#call.responseBytesMax} bytes`;
      this.fail(this.#downstream(what, { kind: 'tooLong' }));
      return;
    }
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#failure !== undefined) return;
    this.#release();
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.#settle.resolve({
      status: this.#status,
      text: body.toString('utf8'),
      cacheHeaders: this.#cacheHeaders,
      headers: this.#headers,
      retryAfter: this.#retryAfter,
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // The request starts when there is a connection, just before its first byte.
    const fault: CallFault =
      this.#controller === undefined
        ? { kind: 'unreachable' }
        : { kind: 'lost', isHeard: this.#status > 0 };
    this.fail(this.#downstream('did not answer', fault, error));
  }

  readonly #onAbort = (): void => this.fail(reasonOf(this.#call.signal));

  #release(): void {
    this.#target.pending -= 1;
    clearTimeout(this.#timer);
    this.#call.signal.removeEventListener('abort', this.#onAbort);
  }

  #downstream(what: string, fault: CallFault, cause?: Error): AppError {
    const message = `Subgraph ${this.#call.subgraph} ${what}`;
    return new CallError('DOWNSTREAM_SERVICE_ERROR', message, fault, cause);
  }
}

function timeoutOf({ subgraph, deadlineMs }: HttpCall): AppError {
  const message = `Subgraph ${subgraph} did not answer within ${deadlineMs} ms`;
  return new CallError('GATEWAY_TIMEOUT', message, { kind: 'timeout' });
}

function readCacheHeaders({
  'cache-control': cacheControl,
  age,
  vary,
}: IncomingHttpHeaders): CacheHeaders | undefined {
  if (cacheControl === undefined && age === undefined && vary === undefined) return undefined;
  return { cacheControl, age, vary };
}

function reasonOf(signal: AbortSignal): AppError {
  const reason: unknown = signal.reason;
  if (reason instanceof AppError) return reason;
  return new AppError('GATEWAY_TIMEOUT', 'The request was aborted', { cause: reason });
}
