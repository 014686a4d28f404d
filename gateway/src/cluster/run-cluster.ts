import cluster from 'node:cluster';
import type { CommandLine } from '../config/command-line.ts';
import type { Config } from '../config.ts';
import { readConfig } from '../config.ts';
import { firstStopRequest } from '../stop-request.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ClusterPrimary } from './cluster-primary.ts';
import { heapArguments, workerCount } from './worker-memory.ts';

/**
 * Serves with several processes on one port, until it is told to stop. SIGHUP reads the configuration
 * again and replaces the workers one by one; a wrong one changes nothing. Rejects with the AppError of
 * a worker that cannot serve at the start.
 */
export async function runCluster(
  config: Config,
  commandLine: CommandLine,
  logger: Logger,
): Promise<void> {
  // The primary holds the port, so nothing that waits there is lost when a worker goes, and a worker
  // whose thread is stuck is given no connections.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const size = prepareWorkers(config);
  const primary = new ClusterPrimary(config, size, logger);
  const stopRequest = firstStopRequest(commandLine.exitWithParent);
  const url = await primary.start();
  logger.info({ 'url.graphql': `${url}/graphql`, workers: size }, 'gateway serves');
  const reload = reloading(primary, commandLine, logger);
  process.on('SIGHUP', reload);
  const reason = await stopRequest;
  process.off('SIGHUP', reload);
  logger.info({ reason }, 'gateway stops');
  await primary.stop();
  logger.info('gateway stopped');
}

/** What workers are started with from now on; returns their number. */
function prepareWorkers({ cluster: settings }: Config): number {
  const size = workerCount(settings);
  cluster.setupPrimary({
    args: ['worker'],
    execArgv: [...process.execArgv, ...heapArguments(size)],
    serialization: 'advanced',
  });
  return size;
}

/** One reload at a time; those that are asked for meanwhile are one more after it. */
function reloading(primary: ClusterPrimary, commandLine: CommandLine, logger: Logger): () => void {
  let isRunning = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      await reloadOnce(primary, commandLine, logger);
    }
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    void run();
  };
}

async function reloadOnce(
  primary: ClusterPrimary,
  commandLine: CommandLine,
  logger: Logger,
): Promise<void> {
  try {
    const config = readConfig(commandLine);
    logger.info('configuration is read again');
    await primary.replace(config, prepareWorkers(config));
    logger.info('workers replaced');
  } catch (error) {
    logger.error({ error }, 'configuration cannot be used: the one before serves on');
  }
}
