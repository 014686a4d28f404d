/** What a WebSocket ends with. Not every platform has the class. */
export interface CloseEventLike {
  readonly code: number;
  readonly reason: string;
}

export function isCloseEvent(value: unknown): value is CloseEventLike {
  return typeof value === 'object' && value !== null && 'code' in value && 'reason' in value;
}
