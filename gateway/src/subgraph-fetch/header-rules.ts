import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config.ts';
import type { AnswerHeaders } from './answer-headers.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';
import { settingsOf } from './subgraph-settings.ts';

type Headers = Readonly<Record<string, string>>;

/** Changes the headers of a call. */
export type ShapeHeaders = (headers: Headers) => Record<string, string>;

/** Headers of an answer that clients are to get. */
export type TakenHeaders = Readonly<Record<string, readonly string[]>>;

/** What the configuration says of the headers of one subgraph's answers. */
export interface AnswerRules {
  /** Those that were sent; undefined: none that matters. */
  take(headers: IncomingHttpHeaders): TakenHeaders | undefined;
  /** Hands them to whoever asked. */
  tell(taken: TakenHeaders, all: AnswerHeaders): void;
  /** Answers may come with cookies, which are one client's alone. */
  readonly hasCookies: boolean;
}

/** What is to be done to the headers of a subgraph's calls; undefined: nothing. */
export function callRules({
  rename,
  set,
  remove,
}: SubgraphSettings['headers']): ShapeHeaders | undefined {
  const renamed = Object.entries(rename);
  const fixed = Object.entries(set);
  if (renamed.length + fixed.length + remove.length === 0) return undefined;
  return (headers) => {
    const shaped = { ...headers };
    for (const name of remove) delete shaped[name];
    for (const [from] of renamed) delete shaped[from];
    for (const [from, to] of renamed) {
      const value = headers[from];
      if (value !== undefined) shaped[to] = value;
    }
    for (const [name, value] of fixed) shaped[name] = value;
    return shaped;
  };
}

/** What is to be done with the headers of a subgraph's answers; undefined: nothing. */
export function answerRules({
  answer,
  cookies,
}: SubgraphSettings['headers']): AnswerRules | undefined {
  const rules = new Map(Object.entries(answer));
  if (rules.size === 0 && !cookies) return undefined;
  const names = [...rules.keys(), ...(cookies ? ['set-cookie'] : [])];
  return {
    take: (headers) => {
      let taken: Record<string, readonly string[]> | undefined;
      for (const name of names) {
        const value = headers[name];
        if (value === undefined) continue;
        taken ??= {};
        taken[name] = Array.isArray(value) ? value : [value];
      }
      return taken;
    },
    tell: (taken, all) => {
      for (const [name, values] of Object.entries(taken)) {
        all.add(name, values, rules.get(name) ?? 'append');
      }
    },
    hasCookies: cookies,
  };
}

/** What some subgraph's answers may have for clients: `cookies` more than can be shared. */
export function answerHeadersIn(
  config: Pick<Config, 'subgraphs' | 'subgraphDefaults'>,
): 'none' | 'shareable' | 'cookies' {
  const all = Object.keys(config.subgraphs).map((name) => settingsOf(name, config).headers);
  const headers = [config.subgraphDefaults.headers, ...all];
  if (headers.some(({ cookies }) => cookies)) return 'cookies';
  return headers.some(({ answer }) => Object.keys(answer).length > 0) ? 'shareable' : 'none';
}
