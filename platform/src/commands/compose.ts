/**
 * Writes schema/ anew from the code; with --check it only says whether that would change anything. A
 * contract breaks its clients only with --reason "<why>", which is kept in schema/contracts/.
 */
import { parseArgs } from 'node:util';
import { findStaleSchemas, writeSchemas } from '../supergraph-file.ts';
import { endWith, printLine } from '../terminal.ts';

try {
  const { values: flags } = parseArgs({
    options: {
      check: { type: 'boolean' },
      'no-build': { type: 'boolean' },
      reason: { type: 'string' },
    },
  });
  if (flags.check) {
    const stale = await findStaleSchemas();
    if (stale.length > 0) {
      endWith(`${stale.join(', ')}: not what the code says. Run "npm run compose" and commit it.`);
    } else {
      printLine('schema/ is what the code says.');
    }
  } else {
    const written = await writeSchemas(flags.reason?.trim() || undefined);
    printLine(written.length > 0 ? `Wrote ${written.join(', ')}.` : 'schema/ was up to date.');
  }
} catch (error) {
  endWith(error);
}
