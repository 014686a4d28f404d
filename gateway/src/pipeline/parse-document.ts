import { AppError } from '@plaza/schema/errors';
import type { DocumentNode } from 'graphql';
import { GraphQLError, Location, Token, TokenKind } from 'graphql';
import { Parser } from 'graphql/language/parser.js';
import { RejectedOperation } from '../rejected-operation.ts';

const noToken = new Token(TokenKind.SOF, 0, 0, 0, 0);

/**
 * A parser whose documents say where their nodes stand, but do not keep the tokens: those are half
 * of a document's memory, and of what the garbage collector copies while a new one is planned.
 */
class DocumentParser extends Parser {
  override node<Node extends { loc?: Location }>(startToken: Token, node: Node): Node {
    const { lastToken, source } = this._lexer;
    const location = new Location(startToken, lastToken, source);
    node.loc = Object.assign(location, { startToken: noToken, endToken: noToken });
    return node;
  }
}

/**
 * Parses a document of at most `tokensMax` lexical tokens.
 * Nodes have no tokens, only where they begin and end. Throws AppError GRAPHQL_PARSE_FAILED with the location, or OPERATION_TOO_COMPLEX.
 */
export function parseDocument(text: string, { tokensMax }: { tokensMax: number }): DocumentNode {
  const parser = new DocumentParser(text, { maxTokens: tokensMax });
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
