import type { Config } from '../config.ts';
import type { Viewer } from '../identity/viewer.ts';

type HeaderRules = Config['headers'];
type IdentityRule = HeaderRules['identity'][number];
type Headers = Readonly<Record<string, string>>;

/** Longest value that is sent: longer ones are left out. */
const valueCharactersMax = 2_048;
const visibleAscii = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Names of all headers that subgraphs may see of a client: sent by it, or made of who it is. */
export function visibleNames({ forward, identity }: HeaderRules): readonly string[] {
  return identity.length === 0 ? forward : [...forward, ...identity.map(({ name }) => name)];
}

/**
 * A client's headers with those that say who it is, by the rules; what it sent under their names is
 * gone. A value that is no text, number or boolean, or a list of such, that no header can carry, or
 * that is too long, is left out.
 */
export function withIdentity(
  headers: Headers,
  viewer: Viewer | undefined,
  rules: HeaderRules['identity'],
): Headers {
  if (rules.length === 0) return headers;
  const result: Record<string, string> = Object.assign(Object.create(null), headers);
  for (const rule of rules) {
    const value = viewer === undefined ? undefined : valueOfRule(rule, viewer);
    if (value === undefined) delete result[rule.name];
    else result[rule.name] = value;
  }
  return result;
}

function valueOfRule(rule: IdentityRule, viewer: Viewer): string | undefined {
  if (rule.kind !== undefined && rule.kind !== viewer.kind) return undefined;
  const value =
    rule.viewer === undefined ? textOf(claimAt(viewer, rule.claim)) : factOf(rule.viewer, viewer);
  const isFit = value !== undefined && value.length <= valueCharactersMax;
  return isFit && visibleAscii.test(value) ? value : undefined;
}

function factOf(fact: NonNullable<IdentityRule['viewer']>, viewer: Viewer): string | undefined {
  return fact === 'scopes' ? [...viewer.scopes].join(' ') : viewer[fact];
}

function claimAt({ claims }: Viewer, path: IdentityRule['claim'] = []): unknown {
  const keys = typeof path === 'string' ? path.split('.') : path;
  let value: unknown = claims;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default: {
      if (!Array.isArray(value)) return undefined;
      const texts = value.map((one: unknown) => (Array.isArray(one) ? undefined : textOf(one)));
      // A comma within one of them would make two of it.
      const isClear = texts.every((text) => text !== undefined && !text.includes(','));
      return isClear ? texts.join(',') : undefined;
    }
  }
}
