// A worker in a process of its own that takes a request and never finishes it, to be killed.
import { startIntake } from '../../../src/adapters/bullmq/intake.ts';
import { connectRedis } from '../../../src/adapters/redis/connect.ts';
import { openKeys } from '../../../src/adapters/redis/keys.ts';

const { TEST_REDIS_URL: url = '', TEST_NAMESPACE: namespace = '' } = process.env;
const connections = connectRedis({ url, observe: () => {} });
startIntake({
  connection: connections.forQueues('intake'),
  namespace,
  publicKey: openKeys({ redis: connections.commands, namespace, now: Date.now }).publicKey,
  admit: () => {
    console.log('taken');
    return new Promise(() => {});
  },
  note: async () => {},
  answerRefused: async () => {},
  now: Date.now,
  observe: () => {},
});
