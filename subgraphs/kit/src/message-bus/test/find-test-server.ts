import {
  answersOn,
  foundServer,
  missingServer,
  type TestServer,
} from '@plaza/pub-sub/test-kit/test-server';
import { readTestServerSettings } from './config.ts';

/** RabbitMQ by TEST_RABBITMQ_URL, else on its standard port of this machine. */
export async function findRabbitmq(): Promise<TestServer> {
  const { rabbitmqUrl } = readTestServerSettings();
  if (rabbitmqUrl !== undefined) return foundServer(rabbitmqUrl);
  if (await answersOn(5672)) return foundServer('amqp://guest:guest@127.0.0.1:5672');
  return missingServer('no RabbitMQ: set TEST_RABBITMQ_URL or start one on port 5672');
}
