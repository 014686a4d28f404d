import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/explorer/',
  plugins: [react()],
  // One React, ours: a second copy beside the libraries would break their hooks.
  resolve: { dedupe: ['react', 'react-dom', 'graphql'] },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/explorer',
    emptyOutDir: true,
    sourcemap: false,
    // The licences of what is bundled go with it.
    license: { fileName: 'licences.md' },
    target: 'es2023',
    // Every asset is a file: data: URLs would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    // The code editor is one large library, loaded after the page shows.
    chunkSizeWarningLimit: 4096,
    // "use no memo" speaks to a compiler that has already run in the published package.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
