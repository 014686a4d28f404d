import type { GraphQLCompositeType } from 'graphql';
import type { DataPath } from '../query-plan/data-path.ts';
import type { DataObject } from '../query-plan/merge-data.ts';
import { isObject } from '../query-plan/merge-data.ts';
import { ownValue } from '../query-plan/own-value.ts';
import type { DeferredFragment } from './collect-fields.ts';

/** A path of the response that knows where the fetched data have the same. */
export interface ProjectionPath extends DataPath {
  readonly parent: ProjectionPath | undefined;
  readonly dataKey: string | number;
}

/** An object of the response and what a deferred fragment selects of it. */
export interface DeferredObject extends DeferredFragment {
  readonly type: GraphQLCompositeType;
  readonly path: ProjectionPath | undefined;
}

/** What the fetched data have at a path of the response. */
export function sourceAt(root: DataObject, path: ProjectionPath | undefined): unknown {
  if (path === undefined) return root;
  const holder = sourceAt(root, path.parent);
  if (Array.isArray(holder)) return holder[Number(path.dataKey)];
  return isObject(holder) ? ownValue(holder, String(path.dataKey)) : undefined;
}
