import 'graphiql/setup-workers/vite';
// The parts of 'graphiql/style.css', without the 400 kB of fonts that it carries as data.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './explorer.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Explorer } from './explorer.tsx';
import { loadExplorerConfig } from './explorer-config.ts';

async function openExplorer(page: HTMLElement, header: HTMLElement): Promise<void> {
  const config = await loadExplorerConfig();
  document.title = `${config.title} · Explorer`;
  createRoot(page).render(
    <StrictMode>
      <Explorer config={config} header={header} />
    </StrictMode>,
  );
}

const page = document.querySelector<HTMLElement>('#explorer');
const header = document.querySelector<HTMLElement>('#graph-header');
if (page !== null && header !== null) {
  openExplorer(page, header).catch((error: unknown) => {
    page.replaceChildren(error instanceof Error ? error.message : String(error));
    page.setAttribute('role', 'alert');
  });
}
