import type { Server } from 'node:http';
import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  getOperationAST,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql';
import { type WebSocket, WebSocketServer } from 'ws';
import { type PriceEvent, prices } from './price-graph.ts';

/** What a gateway has open. */
export interface PriceSocketCounts {
  readonly sockets: number;
  readonly subscriptions: number;
}

/** What a message of graphql-transport-ws may hold, as far as a gateway sends it. */
interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: {
    readonly query: string;
    readonly operationName?: string;
    readonly variables?: Readonly<Record<string, unknown>>;
  };
}

type Payload = NonNullable<Message['payload']>;

interface Subscription {
  readonly socket: WebSocket;
  readonly id: string;
}

/** All who ask the same: the answer to an event is made once for them, however many they are. */
interface Audience {
  readonly market: number;
  readonly document: DocumentNode;
  readonly payload: Payload;
  readonly subscriptions: Set<Subscription>;
}

/** Serves subscriptions to prices at one HTTP server (graphql-ws, PROTOCOL.md). */
export class PriceSockets {
  readonly #audiences = new Map<string, Audience>();
  readonly #server: WebSocketServer;

  constructor(server: Server) {
    this.#server = new WebSocketServer({ server, perMessageDeflate: false });
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  counts(): PriceSocketCounts {
    let subscriptions = 0;
    for (const audience of this.#audiences.values()) subscriptions += audience.subscriptions.size;
    return { sockets: this.#server.clients.size, subscriptions };
  }

  /** Tells everybody who follows the market. */
  emit(market: number, event: PriceEvent): void {
    for (const audience of this.#audiences.values()) {
      if (audience.market !== market) continue;
      const payload = JSON.stringify(answer(audience, event));
      for (const { socket, id } of audience.subscriptions) {
        socket.send(`{"id":${JSON.stringify(id)},"type":"next","payload":${payload}}`);
      }
    }
  }

  #accept(socket: WebSocket): void {
    const leave = new Map<string, () => void>();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const end of leave.values()) end();
    });
    socket.on('message', (data: Buffer) => {
      const { type, id = '', payload } = JSON.parse(data.toString()) as Message;
      if (type === 'connection_init') {
        socket.send('{"type":"connection_ack"}');
      } else if (type === 'ping') {
        socket.send('{"type":"pong"}');
      } else if (type === 'subscribe' && payload !== undefined) {
        leave.set(id, this.#subscribe({ socket, id }, payload));
      } else if (type === 'complete') {
        leave.get(id)?.();
        leave.delete(id);
      }
    });
  }

  #subscribe(subscription: Subscription, payload: Payload): () => void {
    const key = JSON.stringify([payload.query, payload.operationName, payload.variables]);
    const audience = this.#audiences.get(key) ?? createAudience(payload);
    this.#audiences.set(key, audience);
    audience.subscriptions.add(subscription);
    return () => {
      audience.subscriptions.delete(subscription);
      if (audience.subscriptions.size === 0) this.#audiences.delete(key);
    };
  }
}

function createAudience(payload: Payload): Audience {
  const document = parse(payload.query);
  const operation = getOperationAST(document, payload.operationName);
  const field = operation?.selectionSet.selections.find(
    (selection): selection is FieldNode =>
      selection.kind === Kind.FIELD && selection.name.value === 'priceChanged',
  );
  const argument = field?.arguments?.find(({ name }) => name.value === 'market');
  const market = argument && valueFromASTUntyped(argument.value, { ...payload.variables });
  if (typeof market !== 'number') {
    throw new Error(`There is no market in ${payload.query}`);
  }
  return { market, document, payload, subscriptions: new Set() };
}

/** The subscription's selection, executed on one event (GraphQL, section 6.2.3.2). */
function answer({ document, payload }: Audience, event: PriceEvent) {
  return executeSync({
    schema: prices.schema,
    document,
    rootValue: { priceChanged: event },
    operationName: payload.operationName ?? null,
    variableValues: payload.variables ?? {},
  });
}
