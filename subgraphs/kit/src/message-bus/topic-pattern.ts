import { AppError } from '@plaza/schema/errors';

/** Longest pattern, in characters. */
const patternLengthMax = 120;

/**
 * True when a topic name falls under a pattern, by the rules of AMQP 0-9-1 section 3.1.3.3: words
 * separated by dots, `*` stands for one word, `#` for any number of words.
 */
export function matchesTopic(pattern: string, topic: string): boolean {
  return matchWords(pattern.split('.'), topic.split('.'));
}

function matchWords(pattern: readonly string[], words: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return words.length === 0;
  if (head === '#')
    return words.some((_, start) => matchWords(rest, words.slice(start))) || matchWords(rest, []);
  if (words.length === 0) return false;
  return (head === '*' || head === words[0]) && matchWords(rest, words.slice(1));
}

/** Throws BAD_USER_INPUT for a pattern that no topic could fall under. */
export function requireTopicPatterns(patterns: readonly string[]): void {
  const wrong = patterns.find(
    (pattern) =>
      pattern.length > patternLengthMax || !/^([\w-]+|\*|#)(\.([\w-]+|\*|#))*$/.test(pattern),
  );
  if (wrong !== undefined || patterns.length === 0) {
    throw new AppError(
      'BAD_USER_INPUT',
      `A queue takes topic names such as "order.paid" or "order.*", not ${JSON.stringify(wrong)}`,
    );
  }
}

/** Throws BAD_USER_INPUT unless the name can be used on every implementation of the bus. */
export function requireQueueName(queue: string): void {
  if (!/^[a-z][a-z0-9_.-]{0,79}$/.test(queue) || queue.endsWith('.dead')) {
    throw new AppError(
      'BAD_USER_INPUT',
      `A queue's name is lower-case letters, digits, dots and hyphens, at most 80, and does not ` +
        `end in ".dead": ${JSON.stringify(queue)} is not one`,
    );
  }
}
