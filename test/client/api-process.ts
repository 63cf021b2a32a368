// An API in a process of its own, for tests that kill it: `node api-process.ts <redis url> <namespace> <port>`.
import { openMemory, serveMemory } from './parts.ts';

const [redisUrl = '', namespace = '', port = '0'] = process.argv.slice(2);
let waits = 0;
const { url } = await serveMemory(await openMemory(redisUrl, namespace), Number(port), () => {
  waits += 1;
  process.stdout.write(`${waits} waiting\n`);
});
process.stdout.write(`${url}\n`);
