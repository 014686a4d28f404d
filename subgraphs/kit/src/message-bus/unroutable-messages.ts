import { AppError } from '@plaza/schema/errors';

/** No queue takes these messages; the rest of the same call was stored. */
export class UnroutableMessages extends AppError {
  readonly messageIds: readonly string[];

  constructor(messageIds: readonly string[]) {
    super(
      'DOWNSTREAM_SERVICE_ERROR',
      `No queue of the message bus takes ${messageIds.length} of the messages: declare one, or ` +
        'publish them with unroutable "drop"',
    );
    this.name = 'UnroutableMessages';
    this.messageIds = messageIds;
  }
}
