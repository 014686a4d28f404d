export interface TestServerSettings {
  readonly rabbitmqUrl: string | undefined;
}

/** Where the server for tests is, from the environment. */
export function readTestServerSettings(): TestServerSettings {
  return { rabbitmqUrl: process.env.TEST_RABBITMQ_URL };
}
