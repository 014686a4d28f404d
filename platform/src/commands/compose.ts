/** Writes schema/ anew from the code; with --check it only says whether that would change anything. */

import { findStaleSchemas, writeSchemas } from '../supergraph-file.ts';
import { endWith, printLine } from '../terminal.ts';

try {
  if (process.argv.includes('--check')) {
    const stale = await findStaleSchemas();
    if (stale.length > 0) {
      endWith(`${stale.join(', ')}: not what the code says. Run "npm run compose" and commit it.`);
    } else {
      printLine('schema/ is what the code says.');
    }
  } else {
    const written = await writeSchemas();
    printLine(written.length > 0 ? `Wrote ${written.join(', ')}.` : 'schema/ was up to date.');
  }
} catch (error) {
  endWith(error);
}
