// Service A of the neighbours, in a thread of its own: what its own client costs is not the server's doing.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export type Crowd = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly key: string;
  /** One call for each; a GET has empty ones. */
  readonly bodies: readonly string[];
};

/** Makes all calls at once and resolves with the status of each. */
export function crowd(calls: Crowd): Promise<readonly number[]> {
  return new Promise((answer, fail) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: calls });
    thread.once('message', answer);
    thread.once('error', fail);
  });
}

async function callAll({ method, url, key, bodies }: Crowd): Promise<readonly number[]> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return Promise.all(
    bodies.map(async body => {
      const answer = await fetch(url, method === 'GET' ? { headers } : { method, headers, body });
      await answer.arrayBuffer();
      return answer.status;
    }),
  );
}

if (!isMainThread) parentPort?.postMessage(await callAll(workerData as Crowd));
