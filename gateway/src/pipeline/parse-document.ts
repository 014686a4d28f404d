import { AppError } from '@plaza/schema/errors';
import type { ConstValueNode, DocumentNode, SelectionSetNode, TypeNode, ValueNode } from 'graphql';
import { GraphQLError, Location, Token, TokenKind } from 'graphql';
import { Parser } from 'graphql/language/parser.js';
import { RejectedOperation } from '../rejected-operation.ts';

/** Braces and brackets within each other; a reader of deeper ones would run out of stack. */
const levelsMax = 500;

const noToken = new Token(TokenKind.SOF, 0, 0, 0, 0);

/**
 * A parser whose documents say where their nodes stand, but do not keep the tokens: those are half
 * of a document's memory, and of what the garbage collector copies while a new one is planned.
 * Throws AppError OPERATION_TOO_COMPLEX for what is nested too deeply.
 */
class DocumentParser extends Parser {
  #levels = 0;

  override node<Node extends { loc?: Location }>(startToken: Token, node: Node): Node {
    const { lastToken, source } = this._lexer;
    const location = new Location(startToken, lastToken, source);
    node.loc = Object.assign(location, { startToken: noToken, endToken: noToken });
    return node;
  }

  override parseSelectionSet(): SelectionSetNode {
    return this.#within(() => super.parseSelectionSet());
  }

  override parseValueLiteral(isConst: true): ConstValueNode;
  override parseValueLiteral(isConst: boolean): ValueNode;
  override parseValueLiteral(isConst: boolean): ValueNode {
    return this.#within(() => super.parseValueLiteral(isConst));
  }

  override parseTypeReference(): TypeNode {
    return this.#within(() => super.parseTypeReference());
  }

  #within<Node>(parse: () => Node): Node {
    this.#levels += 1;
    if (this.#levels > levelsMax) {
      throw new AppError('OPERATION_TOO_COMPLEX', 'The document is nested too deeply');
    }
    const node = parse();
    this.#levels -= 1;
    return node;
  }
}

/**
 * Parses a document of at most `tokensMax` lexical tokens, whose braces and brackets are at most 500
 * levels deep. Nodes have no tokens, only where they begin and end. Throws AppError
 * GRAPHQL_PARSE_FAILED with the location, or OPERATION_TOO_COMPLEX.
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
    if (error instanceof AppError) throw error;
    if (error instanceof GraphQLError) throw new RejectedOperation('GRAPHQL_PARSE_FAILED', [error]);
    throw error;
  }
}
