/**
 * Thrown by a handler for a message that no further attempt can help: it becomes a dead letter at
 * once, with this reason. It never leaves the bus, so it is no AppError.
 */
export class PermanentFailure extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'PermanentFailure';
  }
}
