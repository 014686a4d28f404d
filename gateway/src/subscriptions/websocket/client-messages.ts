/** What a client says on its socket, whatever its protocol calls it. */
export type ClientMessage =
  | { readonly type: 'init' | 'ping' | 'pong'; readonly payload: Payload | undefined }
  | { readonly type: 'start'; readonly id: string; readonly payload: Payload }
  | { readonly type: 'stop'; readonly id: string }
  | { readonly type: 'terminate' };

export type Payload = Readonly<Record<string, unknown>>;

/** What the `type` of a protocol's message means; other messages a client may not send. */
export type MessageTypes = ReadonlyMap<unknown, ClientMessage['type']>;

/** Longest id of an operation, in characters: every message to the client repeats it. */
const idCharactersMax = 128;

/** The message that a text is; when it is none, what is wrong with it, in less than 100 bytes. */
export function readClientMessage(text: string, types: MessageTypes): ClientMessage | string {
  const message = parseJson(text);
  if (!isPayload(message)) return 'Invalid message: not a JSON object';
  const { id, payload } = message;
  const type = types.get(message.type);
  switch (type) {
    case 'init':
    case 'ping':
    case 'pong':
      if (payload === undefined || payload === null) return { type, payload: undefined };
      return isPayload(payload) ? { type, payload } : invalidPayload;
    case 'start':
      if (!isId(id)) return invalidId;
      return isPayload(payload) ? { type, id, payload } : invalidPayload;
    case 'stop':
      return isId(id) ? { type, id } : invalidId;
    case 'terminate':
      return { type };
    case undefined:
      return 'Invalid message: its type is none that a client may send';
  }
}

const invalidPayload = 'Invalid message: payload must be an object';
const invalidId = `Invalid message: id must be a string of 1 to ${idCharactersMax} characters`;

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= idCharactersMax;
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** JSON text whose characters are bytes, so that its length is the length of what is written. */
export function asciiJson(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\x7f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
