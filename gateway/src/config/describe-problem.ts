import type { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of options',
  record: 'a map of options',
};

/**
 * What is wrong with an option, to be read after its name. Never quotes the value: it may be a
 * secret that stands in the wrong place.
 */
export function describeProblem(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      // A message of the schema's own says more than the kind.
      return issue.message.startsWith('Invalid input')
        ? `must be ${kinds[issue.expected] ?? issue.expected}`
        : issue.message;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string') return issue.message;
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    default:
      return issue.message;
  }
}
