import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { PartedResponse } from './answer-in-parts.ts';
import type { AnsweredPart, PartsPayload, StartedPart } from './parted-answer.ts';

/**
 * The two shapes in which clients read payloads. `deferSpec=20220824` is that of the GraphQL
 * specification's draft of that day: a part is told by its path. `incrementalSpec=v0.2` is that of
 * graphql-js 17.0.0-alpha.9: parts are announced with an id and told by it.
 */
export const incrementalFormats = ['deferSpec=20220824', 'incrementalSpec=v0.2'] as const;
export type IncrementalFormat = (typeof incrementalFormats)[number];

/** Makes errors fit for the client's eyes. */
export type FormatErrors = (errors: readonly GraphQLError[]) => readonly GraphQLFormattedError[];

/** The first payload: what is not deferred. */
export function writeFirstPayload(
  { data, errors, started }: Pick<PartedResponse, 'data' | 'errors' | 'started'>,
  format: IncrementalFormat,
  formatErrors: FormatErrors,
): string {
  const pending = format === 'incrementalSpec=v0.2' ? writePending(started) : '';
  return `{${writeErrors(errors, formatErrors)}"data":${data},${pending}"hasNext":true}`;
}

/** A payload after the first. */
export function writeNextPayload(
  payload: PartsPayload,
  format: IncrementalFormat,
  formatErrors: FormatErrors,
): string {
  const { answered, started, hasNext } = payload;
  if (format === 'deferSpec=20220824') {
    const parts = answered.map((part) => writePart(part, formatErrors));
    return `{"incremental":[${parts.join(',')}],"hasNext":${hasNext}}`;
  }
  const incremental = answered.flatMap((part) => writeIncremental(part, formatErrors));
  const completed = answered.map((part) => writeCompleted(part, formatErrors));
  return [
    `{${writePending(started)}`,
    incremental.length === 0 ? '' : `"incremental":[${incremental.join(',')}],`,
    `"completed":[${completed.join(',')}],"hasNext":${hasNext}}`,
  ].join('');
}

function writePart({ path, label, data, errors }: AnsweredPart, formatErrors: FormatErrors) {
  const named = label === undefined ? '' : `"label":${JSON.stringify(label)},`;
  return `{${named}"path":${JSON.stringify(path)},${writeErrors(errors, formatErrors)}"data":${data}}`;
}

/** A part that failed has no data of its own: its completion says so. */
function writeIncremental({ id, data, errors }: AnsweredPart, formatErrors: FormatErrors) {
  return data === 'null'
    ? []
    : [`{"id":"${id}",${writeErrors(errors, formatErrors)}"data":${data}}`];
}

function writeCompleted({ id, data, errors }: AnsweredPart, formatErrors: FormatErrors): string {
  if (data !== 'null') return `{"id":"${id}"}`;
  return `{"id":"${id}","errors":${JSON.stringify(formatErrors(errors))}}`;
}

function writePending(started: readonly StartedPart[]): string {
  return started.length === 0 ? '' : `"pending":${JSON.stringify(started)},`;
}

function writeErrors(errors: readonly GraphQLError[], formatErrors: FormatErrors): string {
  return errors.length === 0 ? '' : `"errors":${JSON.stringify(formatErrors(errors))},`;
}
