import { AppError } from '@plaza/schema/errors';
import type { DocumentNode } from 'graphql';
import { GraphQLError } from 'graphql';
import { Parser } from 'graphql/language/parser.js';
import { RejectedOperation } from '../rejected-operation.ts';

/**
 * Parses a document of at most `tokensMax` lexical tokens.
 * Throws AppError GRAPHQL_PARSE_FAILED with the location, or OPERATION_TOO_COMPLEX.
 */
export function parseDocument(text: string, { tokensMax }: { tokensMax: number }): DocumentNode {
  const parser = new Parser(text, { maxTokens: tokensMax });
  try {
    return parser.parseDocument();
  } catch (error) {
    if (parser.tokenCount > tokensMax) {
      const details = { limit: 'tokensMax', value: parser.tokenCount, allowed: tokensMax };
      const message = `The document has more than ${tokensMax} tokens (limits.tokensMax)`;
      throw new AppError('OPERATION_TOO_COMPLEX', message, { details });
    }
    if (error instanceof GraphQLError) throw new RejectedOperation('GRAPHQL_PARSE_FAILED', [error]);
    throw error;
  }
}
