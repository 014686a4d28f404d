import type { CoreFeatures } from '@apollo/federation-internals';
import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import { Kind, valueFromASTUntyped } from 'graphql';

/** What a viewer needs to select something; all that is set must hold. */
export interface AccessRule {
  /** `@authenticated`, and all the others too: a known viewer. */
  readonly needsViewer: true;
  /** `@requiresScopes`: all the scopes of at least one of the sets. */
  readonly scopeSets?: readonly (readonly string[])[];
  /** `@policy`: all the policies of at least one of the sets. */
  readonly policySets?: readonly (readonly string[])[];
}

/** Rules by schema coordinate: `User` or `User.email`. */
export type AccessRules = ReadonlyMap<string, AccessRule>;

type RuleKind = 'authenticated' | 'requiresScopes' | 'policy';
const ruleKinds: readonly RuleKind[] = ['authenticated', 'requiresScopes', 'policy'];

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[];
}

/** Reads who may select what from the supergraph, whatever names the directives were imported by. */
export function readAccessRules(supergraph: DocumentNode, features: CoreFeatures): AccessRules {
  const kinds = directiveKinds(features);
  const rules = new Map<string, AccessRule>();
  if (kinds.size === 0) return rules;
  const read = (coordinate: string, node: Directed): void => {
    const rule = ruleOf(node.directives ?? [], kinds);
    if (rule !== undefined) rules.set(coordinate, rule);
  };
  for (const definition of supergraph.definitions) {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
        read(definition.name.value, definition);
        for (const field of definition.fields ?? []) {
          read(`${definition.name.value}.${field.name.value}`, field);
        }
        break;
      case Kind.SCALAR_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_DEFINITION:
        read(definition.name.value, definition);
        break;
    }
  }
  return rules;
}

function directiveKinds(features: CoreFeatures): ReadonlyMap<string, RuleKind> {
  const kinds = new Map<string, RuleKind>();
  for (const kind of ruleKinds) {
    const feature = features.getByIdentity(`https://specs.apollo.dev/${kind}`);
    if (feature !== undefined) kinds.set(feature.directiveNameInSchema(kind), kind);
  }
  return kinds;
}

function ruleOf(
  directives: readonly ConstDirectiveNode[],
  kinds: ReadonlyMap<string, RuleKind>,
): AccessRule | undefined {
  let rule: AccessRule | undefined;
  for (const directive of directives) {
    switch (kinds.get(directive.name.value)) {
      case 'authenticated':
        rule = { ...rule, needsViewer: true };
        break;
      case 'requiresScopes':
        rule = { ...rule, needsViewer: true, scopeSets: setsOf(directive, 'scopes') };
        break;
      case 'policy':
        rule = { ...rule, needsViewer: true, policySets: setsOf(directive, 'policies') };
        break;
    }
  }
  return rule;
}

function setsOf(
  directive: ConstDirectiveNode,
  argumentName: string,
): readonly (readonly string[])[] {
  const argument = directive.arguments?.find(({ name }) => name.value === argumentName);
  const sets: unknown = argument === undefined ? [] : valueFromASTUntyped(argument.value);
  if (!Array.isArray(sets)) return [];
  // A list of one item may be written without its brackets (GraphQL specification, section 3.11).
  return sets.map((set: unknown) => (Array.isArray(set) ? set : [set]).map(String));
}
