import { hash } from 'node:crypto';
import type { Viewer } from '../identity/viewer.ts';

/** Who gets the same: everybody, one viewer, or all viewers with the same of these scopes. */
export type Sharing = 'everybody' | 'viewer' | readonly string[];

/** What is made of two parts is for those who get the same of both. */
export function narrower(one: Sharing, other: Sharing): Sharing {
  if (one === 'viewer' || other === 'viewer') return 'viewer';
  if (one === 'everybody') return other;
  if (other === 'everybody') return one;
  return [...new Set([...one, ...other])].sort();
}

/** Who sends a request: names in keys that tell audiences apart. */
export interface Audience {
  keyFor(sharing: Sharing): string;
}

/** Headers that say who asks; everything else that subgraphs see may change what anybody is told. */
const credentialHeaders: ReadonlySet<string> = new Set(['authorization']);

/** `headers`: those that reach the subgraphs. */
export function audienceOf(
  viewer: Viewer | undefined,
  headers: Readonly<Record<string, string>>,
): Audience {
  const shared = Object.entries(headers).filter(([name]) => !credentialHeaders.has(name));
  const everybody = shared.length === 0 ? '' : digest(shared);
  // Nobody has looked into the credentials: what they allow is not known.
  const isUnknown = viewer === undefined && headers.authorization !== undefined;
  let own: string | undefined;
  return {
    keyFor: (sharing) => {
      if (sharing === 'everybody') return everybody;
      if (sharing === 'viewer' || isUnknown) {
        own ??= `v${digest([whoOf(viewer, headers), shared])}`;
        return own;
      }
      const scopes = sharing.filter((scope) => viewer?.scopes.has(scope) === true);
      return `s${JSON.stringify(scopes)}${everybody}`;
    },
  };
}

/** A verified viewer stays the same when the token is renewed, unless it allows something else. */
function whoOf(viewer: Viewer | undefined, headers: Readonly<Record<string, string>>): unknown {
  if (viewer === undefined) return [headers.authorization];
  return [viewer.kind, viewer.claims.iss, viewer.id, [...viewer.scopes].sort()];
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64url');
}
