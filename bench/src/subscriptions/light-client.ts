import { connect, type Socket } from 'node:net';
import { clientFrame, FrameReader, opcodes } from './frame-reader.ts';

/** Where a client connects, and what for. */
export interface ClientTarget {
  readonly port: number;
  readonly path: string;
  /** Its own address: one has not ports enough for all clients. */
  readonly localAddress: string;
  readonly query: string;
  readonly market: number;
}

export interface ClientListener {
  /** The server has acknowledged the connection, and the subscription is sent. */
  onSubscribed(): void;
  /** A message with an event; its bytes are only good until this returns. */
  onEvent(message: Buffer): void;
  /** It is over, for whatever reason; not called after `close`. */
  onLost(reason: string): void;
}

const headEnd = '\r\n\r\n';
const headBytesMax = 16_384;
const eventMark = '"sequence":';
const initMessage = clientFrame(opcodes.text, Buffer.from('{"type":"connection_init"}'));
const pongMessage = clientFrame(opcodes.text, Buffer.from('{"type":"pong"}'));
/** All sockets of the process read into it, one after the other. */
const readBuffer = Buffer.alloc(262_144);

/**
 * A client of graphql-transport-ws with one subscription, on a bare socket: ten thousand of them must
 * not cost more than the gateway that they measure.
 */
export class LightClient {
  readonly #target: ClientTarget;
  readonly #listener: ClientListener;
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  /** The server's answer to the upgrade, until it is complete. */
  #head: Buffer | undefined = Buffer.alloc(0);
  #isOver = false;

  constructor(target: ClientTarget, listener: ClientListener) {
    this.#target = target;
    this.#listener = listener;
    this.#socket = connect({
      host: '127.0.0.1',
      port: target.port,
      localAddress: target.localAddress,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.#receive(readBuffer.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on('connect', () => this.#socket.write(upgradeRequest(target)));
    this.#socket.on('error', (error) => this.#lose(error.message));
    this.#socket.on('close', () => this.#lose('closed'));
  }

  /** Reads no more, as a client that is too slow. */
  pause(): void {
    this.#socket.pause();
  }

  /** Drops the connection without a word. */
  close(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    if (this.#isOver) {
      return;
    }
    try {
      const frames = this.#head === undefined ? bytes : this.#receiveHead(this.#head, bytes);
      if (frames.length > 0) {
        this.#frames.read(frames, (opcode, payload) => this.#onFrame(opcode, payload));
      }
    } catch (error) {
      this.#lose(String(error));
    }
  }

  /** Returns what comes after the head. */
  #receiveHead(before: Buffer, bytes: Buffer): Buffer {
    const head = Buffer.concat([before, bytes]);
    const end = head.indexOf(headEnd);
    if (end === -1 && head.length < headBytesMax) {
      this.#head = head;
      return Buffer.alloc(0);
    }
    const status = head.toString('latin1', 0, head.indexOf('\r\n'));
    if (!status.startsWith('HTTP/1.1 101 ')) {
      throw new Error(`refused: ${status}`);
    }
    this.#head = undefined;
    this.#socket.write(initMessage);
    return head.subarray(end + headEnd.length);
  }

  #onFrame(opcode: number, payload: Buffer): void {
    switch (opcode) {
      case opcodes.text:
        if (payload.includes(eventMark)) {
          this.#listener.onEvent(payload);
        } else {
          this.#onMessage(payload.toString());
        }
        break;
      case opcodes.ping:
        this.#socket.write(clientFrame(opcodes.pong, payload));
        break;
      case opcodes.close:
        this.#lose(`closed with ${payload.length < 2 ? 'no code' : payload.readUInt16BE()}`);
        break;
    }
  }

  #onMessage(text: string): void {
    const { type } = JSON.parse(text) as { readonly type: string };
    if (type === 'connection_ack') {
      const { query, market } = this.#target;
      const payload = { query, variables: { market } };
      const message = JSON.stringify({ id: '1', type: 'subscribe', payload });
      this.#socket.write(clientFrame(opcodes.text, Buffer.from(message)));
      this.#listener.onSubscribed();
    } else if (type === 'ping') {
      this.#socket.write(pongMessage);
    } else if (type !== 'pong') {
      this.#lose(text);
    }
  }

  #lose(reason: string): void {
    if (this.#isOver) {
      return;
    }
    this.close();
    this.#listener.onLost(reason);
  }
}

/** Any key of 16 bytes will do (RFC 6455, section 4.1); the answer to it is not looked at. */
function upgradeRequest({ path, port }: ClientTarget): string {
  return [
    `GET ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-protocol: graphql-transport-ws',
    '',
    '',
  ].join('\r\n');
}
