import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type DefinitionNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { useRef } from 'react';
import type { ExplorerConfig, ExplorerExample } from './explorer-config.ts';
import plazaMark from './plaza-mark.svg';

/** The bar above the editor: which graph this is, where it answers, and its example operations. */
export function GraphHeader({ config }: { readonly config: ExplorerConfig }) {
  return (
    <>
      <img className="graph-mark" src={plazaMark} alt="" />
      <h1 className="graph-title">{config.title}</h1>
      <code className="graph-endpoint">{config.endpoint}</code>
      {config.examples.length > 0 && <ExampleMenu examples={config.examples} />}
    </>
  );
}

function ExampleMenu({ examples }: { readonly examples: readonly ExplorerExample[] }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const openExample = useOpenExample();
  return (
    <details ref={menu} className="example-menu">
      <summary>Examples</summary>
      <ul>
        {examples.map((example) => (
          <li key={example.name}>
            <button
              type="button"
              onClick={() => {
                openExample(example);
                menu.current?.removeAttribute('open');
              }}
            >
              {example.name}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

function useOpenExample(): (example: ExplorerExample) => void {
  const { addTab, setOperationFacts } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  return (example) => {
    addTab();
    queryEditor?.setValue(example.query);
    variableEditor?.setValue(example.variables ?? '');
    if (example.headers !== undefined) {
      headerEditor?.setValue(example.headers);
    }
    // The editor reads the document a moment later; until then Run would name the last tab's operation.
    setOperationFacts(readOperationFacts(example.query));
  };
}

function readOperationFacts(query: string) {
  try {
    const documentAST = parse(query);
    const operations = documentAST.definitions.filter(isOperation);
    const operationName = operations[0]?.name?.value;
    return { documentAST, operations, ...(operationName === undefined ? {} : { operationName }) };
  } catch {
    // An example that does not parse is shown as it is; the editor marks what is wrong.
    return {};
  }
}

function isOperation(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}
