import { fileURLToPath } from 'node:url';

/** Absolute path of the checkout that this program was built in. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));
