const secondsMin = 1;
const secondsMax = 5;

/** `Retry-After` of an answer to too much: clients of one moment come back at different ones. */
export function retryAfterSeconds(): string {
  return String(secondsMin + Math.floor(Math.random() * (secondsMax - secondsMin + 1)));
}
