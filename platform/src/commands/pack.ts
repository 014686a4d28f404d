/** Writes the gateway as a package that installs anywhere: `dist/plaza-gateway-<version>.tgz`. */
import { join, relative } from 'node:path';
import { packGateway } from '../packing/pack-gateway.ts';
import { repositoryRoot } from '../repository-root.ts';
import { endWith, printLine } from '../terminal.ts';

try {
  const { file, bytes, files } = await packGateway(join(repositoryRoot, 'dist'));
  const megabytes = (bytes / 1_000_000).toFixed(1);
  printLine(`Wrote ${relative(process.cwd(), file)}: ${files} files, ${megabytes} MB.`);
} catch (error) {
  endWith(error);
}
