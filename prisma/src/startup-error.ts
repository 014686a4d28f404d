/**
 * Something on the machine stops the start: the message is one line that says what to do, and is
 * shown to the person at the terminal without a stack.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
