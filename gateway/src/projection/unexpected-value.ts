/**
 * Thrown where fetched data hold what a compiled response cannot write: the response is then made by
 * `project-data.ts`, which finds out what is wrong and where. One object for all, without a stack.
 */
class UnexpectedValue extends Error {
  override readonly name = 'UnexpectedValue';
}

export const unexpectedValue = new UnexpectedValue('Fetched data are not as the schema says');
