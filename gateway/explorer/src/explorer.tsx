import { GraphiQL } from 'graphiql';
import { createPortal } from 'react-dom';
import type { ExplorerConfig } from './explorer-config.ts';
import { createExplorerFetcher } from './explorer-fetcher.ts';
import { createExplorerStorage } from './explorer-storage.ts';
import { GraphHeader } from './graph-header.tsx';

const tabsOnFirstVisitMax = 3;

// The headers editor reads JSON with comments, so that a token is one paste away.
const headersHint = `{
  // "authorization": "Bearer <token>"
}`;

const emptyDocument = '# Ctrl-Space completes, Ctrl-Enter runs. The book icon opens the schema.\n';

interface ExplorerProps {
  readonly config: ExplorerConfig;
  /** The element above the editor that the graph's name and address are drawn into. */
  readonly header: HTMLElement;
}

const contract = /\/explorer\/([a-z][a-z0-9-]*)\/$/.exec(location.pathname)?.[1];
const storage = createExplorerStorage(localStorage, sessionStorage, contract);
// A first visit is known by the tabs that every later visit finds; read once, before they are saved.
const isFirstVisit = storage.getItem('graphiql:tabState') === null;

/** GraphiQL on the configured graph, with its examples open on a first visit. */
export function Explorer({ config, header }: ExplorerProps) {
  return (
    <GraphiQL
      fetcher={createExplorerFetcher(config.endpoint)}
      storage={storage}
      shouldPersistHeaders={false}
      defaultEditorToolsVisibility="headers"
      defaultHeaders={headersHint}
      defaultQuery={emptyDocument}
      {...(isFirstVisit ? toFirstTabs(config) : {})}
    >
      <GraphiQL.Logo>{null}</GraphiQL.Logo>
      {createPortal(<GraphHeader config={config} />, header)}
    </GraphiQL>
  );
}

function toFirstTabs({ examples }: ExplorerConfig) {
  const first = examples[0];
  if (first === undefined) {
    return {};
  }
  return {
    defaultTabs: examples.slice(0, tabsOnFirstVisitMax).map((example) => ({
      query: example.query,
      variables: example.variables ?? null,
      headers: example.headers ?? headersHint,
    })),
    // The editors of the first tab take their text from here, not from the tab.
    initialVariables: first.variables ?? '',
    initialHeaders: first.headers ?? headersHint,
  };
}
