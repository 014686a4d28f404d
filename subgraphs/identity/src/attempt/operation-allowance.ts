import { AppError } from '@plaza/schema/errors';

/**
 * One operation may prove who somebody is once: register, log in, refresh or change a password.
 * Aliases would make one request a hundred guesses. Make one per request.
 */
export class OperationAllowance {
  #isUsed = false;

  /** Takes the one attempt. Throws OPERATION_TOO_COMPLEX when the operation has had it. */
  takeAttempt(): void {
    if (this.#isUsed) {
      const message =
        'One operation may hold one of register, logIn, refreshSession and changePassword';
      throw new AppError('OPERATION_TOO_COMPLEX', message, {
        details: { limit: 'attempts', allowed: 1 },
      });
    }
    this.#isUsed = true;
  }
}
