import type { ServerResponse } from 'node:http';
import { AppError } from '@plaza/schema/errors';

/** A signal that aborts when the client's socket closes before the answer is written. */
export function clientSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (response.writableFinished) return;
    controller.abort(new AppError('BAD_REQUEST', 'The client closed the connection'));
  });
  return controller.signal;
}
