import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartupError } from '@plaza/prisma/startup-error';

/** A port that the platform wants, and the environment variable that would move it. */
export interface WantedPort {
  readonly port: number;
  readonly variable: string;
}

/** Throws StartupError for the first port that another program uses. */
export async function ensurePortsFree(wanted: readonly WantedPort[]): Promise<void> {
  for (const { port, variable } of wanted) {
    const server = createServer();
    try {
      server.listen(port);
      await once(server, 'listening');
    } catch {
      throw new StartupError(
        `Port ${port} is used by another program: stop that program, or set ${variable} to a free port.`,
      );
    } finally {
      server.close();
    }
  }
}
