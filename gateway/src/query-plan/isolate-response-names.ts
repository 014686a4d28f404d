import type { DocumentNode, FieldNode } from 'graphql';
import { Kind, print, visit } from 'graphql';

const reservedPrefix = '_client';
const renamed = /^_client\d+_/;

/** The planner's own variable in entity fetches; a client's variable must have another name. */
const representationsVariable = 'representations';
const clientRepresentationsVariable = '_client_representations';

const typenameField: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};

export interface IsolatedOperation {
  readonly planDocument: DocumentNode;
  /** Key in fetched data, for the fields whose key is not their response name. */
  readonly dataKeys: ReadonlyMap<FieldNode, string>;
}

/**
 * Gives a private alias to every field whose response name the planner could take for another field.
 * The planner keeps one field per response name and adds key and `@requires` fields under their own
 * names, so `{ me { id: name reviews { body } } }` or `comments(limit: 1)` beside a required
 * `comments` would silently become the other one. So would one response name with two meanings
 * in branches of different types. Everything else keeps its name, and plans stay readable.
 * A withheld field becomes `__typename`, so that its object is still found or null.
 */
export function isolateResponseNames(
  document: DocumentNode,
  joinFieldNames: ReadonlySet<string>,
  withheld: Pick<ReadonlyMap<FieldNode, unknown>, 'has'> = new Map(),
): IsolatedOperation {
  const privateKeys = privateKeysOf(document, joinFieldNames);
  const dataKeys = new Map<FieldNode, string>();
  const planDocument = visit(document, {
    // On entering, so that the nodes seen are those of the client's document.
    Field: (node) => {
      if (withheld.has(node)) return typenameField;
      const key = privateKeys.get(meaningOf(node));
      if (key === undefined) return undefined;
      dataKeys.set(node, key);
      return { ...node, alias: { kind: Kind.NAME, value: key } as const };
    },
    Variable: (node) =>
      node.name.value === representationsVariable
        ? { ...node, name: { ...node.name, value: clientRepresentationsVariable } }
        : undefined,
  });
  return { planDocument, dataKeys };
}

/** The client's name of a variable that a plan uses. */
export function clientVariableName(planVariable: string): string {
  return planVariable === clientRepresentationsVariable ? representationsVariable : planVariable;
}

/** The response name that a key of fetched data stands for. */
export function clientResponseName(dataKey: string): string {
  return dataKey.startsWith(reservedPrefix) ? dataKey.replace(renamed, '') : dataKey;
}

/** Private keys by meaning, for the fields that cannot keep their response name. */
function privateKeysOf(
  document: DocumentNode,
  joinFieldNames: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const meanings = new Map<string, Map<string, FieldNode>>();
  visit(document, {
    Field: (node) => {
      const responseName = responseNameOf(node);
      const known = meanings.get(responseName) ?? new Map<string, FieldNode>();
      meanings.set(responseName, known.set(meaningOf(node), node));
    },
  });
  const keys = new Map<string, string>();
  for (const [responseName, known] of meanings) {
    const isTaken =
      known.size > 1 || joinFieldNames.has(responseName) || responseName.startsWith(reservedPrefix);
    if (!isTaken) continue;
    for (const [meaning, node] of known) {
      if (!isPlain(node)) keys.set(meaning, `${reservedPrefix}${keys.size}_${responseName}`);
    }
  }
  return keys;
}

/** A field without alias and arguments is what the planner means by that name too. */
function isPlain(node: FieldNode): boolean {
  const hasOwnName = node.alias === undefined || node.alias.value === node.name.value;
  return hasOwnName && (node.arguments === undefined || node.arguments.length === 0);
}

function meaningOf(node: FieldNode): string {
  const given = (node.arguments ?? []).map((argument) => print(argument)).sort();
  return `${responseNameOf(node)}: ${node.name.value}(${given.join(', ')})`;
}

function responseNameOf(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}
