import { AppError, errorStatus, isErrorCode } from '@plaza/schema/errors';
import type { OperationRequest } from '../operation-request.ts';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import type { SubgraphFetch, SubgraphRequest } from '../subgraph-fetch/subgraph-request.ts';
import type { Logger } from '../telemetry/logger.ts';
import { untilAborted } from '../until-aborted.ts';
import type { GatewayHooks, HookedResponse, HookState } from './gateway-hooks.ts';

type Hook<Name extends keyof GatewayHooks> = NonNullable<GatewayHooks[Name]>;

/** What hooks learn of an operation beside itself. */
export interface OperationFacts {
  readonly viewerId: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Calls hooks one after the other, in the order of the modules. What no module hooks into is undefined
 * here, so that whoever would call it does not.
 */
export class HookRunner {
  /** The request as the hooks want it. Rejects with AppError when one refuses it. */
  readonly onRequest:
    | (<Given extends OperationRequest>(given: Given, state: HookState) => Promise<Given>)
    | undefined;
  /** Rejects with AppError when a hook refuses the operation. */
  readonly onOperation:
    | ((
        request: OperationRequest,
        operation: NormalizedOperation,
        facts: OperationFacts,
        state: HookState,
      ) => Promise<void>)
    | undefined;
  /** What the answer has beside its own extensions. Never rejects. */
  readonly onResponse:
    | ((
        response: HookedResponse,
        signal: AbortSignal,
      ) => Promise<Readonly<Record<string, unknown>> | undefined>)
    | undefined;
  readonly #logger: Logger;
  readonly #subgraphRequest: readonly Hook<'onSubgraphRequest'>[];
  readonly #subgraphResponse: readonly Hook<'onSubgraphResponse'>[];

  constructor(modules: readonly GatewayHooks[], logger: Logger) {
    this.#logger = logger;
    const all = <Name extends keyof GatewayHooks>(name: Name): readonly Hook<Name>[] =>
      modules.flatMap((hooks) => (hooks[name] as Hook<Name> | undefined) ?? []);
    this.#subgraphRequest = all('onSubgraphRequest');
    this.#subgraphResponse = all('onSubgraphResponse');
    const [requests, operations, responses] = [
      all('onRequest'),
      all('onOperation'),
      all('onResponse'),
    ];
    this.onRequest = requests.length === 0 ? undefined : (...given) => changed(requests, ...given);
    this.onOperation =
      operations.length === 0 ? undefined : (...given) => tell(operations, ...given);
    this.onResponse =
      responses.length === 0 ? undefined : (...given) => this.#addTo(responses, ...given);
  }

  /** The same ways to the subgraphs, with the hooks on them. */
  onWayOf<Target>(fetchFor: (target: Target) => SubgraphFetch): (target: Target) => SubgraphFetch {
    const isHooked = this.#subgraphRequest.length > 0 || this.#subgraphResponse.length > 0;
    if (!isHooked) return fetchFor;
    return (target) => {
      const fetch = fetchFor(target);
      return (request) => this.#send(request, fetch);
    };
  }

  async #send(request: SubgraphRequest, fetch: SubgraphFetch): ReturnType<SubgraphFetch> {
    const { subgraph, operation, operationKind, context } = request;
    const { requestId, signal } = context;
    const call = { subgraph, operationKind, operation, requestId, signal };
    const headers: Record<string, string> = {};
    for (const hook of this.#subgraphRequest) {
      const changes = await obeyed(() => hook(call), signal);
      Object.assign(headers, changes?.headers);
    }
    const startedMs = performance.now();
    const isChanged = Object.keys(headers).length > 0;
    const response = await fetch(isChanged ? { ...request, headers } : request);
    const { data, extensions } = response;
    const durationMs = performance.now() - startedMs;
    const answer = {
      subgraph,
      requestId,
      durationMs,
      data,
      errors: response.errors ?? [],
      extensions,
    };
    for (const hook of this.#subgraphResponse) await obeyed(() => hook(answer), signal);
    return response;
  }

  async #addTo(
    hooks: readonly Hook<'onResponse'>[],
    response: HookedResponse,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    let extensions: Readonly<Record<string, unknown>> | undefined;
    for (const hook of hooks) {
      try {
        const additions = await untilAborted(
          settled(() => hook(response)),
          signal,
        );
        if (additions?.extensions !== undefined) {
          extensions = { ...extensions, ...additions.extensions };
        }
      } catch (error) {
        this.#logger.error({ error, requestId: response.requestId }, 'a hook of answers failed');
      }
    }
    return extensions;
  }
}

async function changed<Given extends OperationRequest>(
  hooks: readonly Hook<'onRequest'>[],
  given: Given,
  state: HookState,
): Promise<Given> {
  const { requestId, method, address, operationName, signal } = given;
  let { headers } = given;
  for (const hook of hooks) {
    const facts = { requestId, method, address, operationName, signal, headers, state };
    const changes = await obeyed(() => hook(facts), signal);
    if (changes?.headers !== undefined) headers = withHeaders(headers, changes.headers);
  }
  return headers === given.headers ? given : { ...given, headers };
}

function withHeaders(
  headers: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const result: Record<string, string> = Object.assign(Object.create(null), headers);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete result[name.toLowerCase()];
    else result[name.toLowerCase()] = value;
  }
  return result;
}

async function tell(
  hooks: readonly Hook<'onOperation'>[],
  { requestId, signal }: OperationRequest,
  { operation, operationName: name, id }: NormalizedOperation,
  facts: OperationFacts,
  state: HookState,
): Promise<void> {
  const { operation: type } = operation;
  const told = { requestId, type, name, id, ...facts, signal, state };
  for (const hook of hooks) await obeyed(() => hook(told), signal);
}

/** What a hook says, within the time of the request; its error as the client will learn of it. */
async function obeyed<Result>(
  hook: () => Result | Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  try {
    return await untilAborted(settled(hook), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw toAppError(error);
  }
}

/** Also of a hook that throws before it returns a promise. */
async function settled<Result>(hook: () => Result | Promise<Result>): Promise<Result> {
  return hook();
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof Error && isErrorCode(code) && errorStatus[code] < 500) {
    return new AppError(code, error.message);
  }
  return new AppError('INTERNAL_SERVER_ERROR', 'A hook failed', { cause: error });
}
