// Tests run compiled (decorators rule out type stripping); only the house-rules test runs from source.
export default {
  files: [
    'tidy.test.ts',
    '{schema,prisma,pub-sub,gateway,platform,bench}/dist/**/*.test.js',
    '{subgraphs,clients}/*/dist/**/*.test.js',
  ],
  extensions: ['js', 'ts'],
  nodeArguments: ['--enable-source-maps'],
  workerThreads: false,
  concurrency: 2,
  timeout: '2m',
};
