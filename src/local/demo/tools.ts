// The tools that ask: each submits its request with the SDK, waits as a real one would, and says what it heard.
import { type Countersign, connect, type HttpCountersign, isApproved, type ResolvedView } from '../../client/index.ts';
import { connectQueue } from '../../client/queue.ts';
import type { Stage } from './installation.ts';
import type { Scene } from './scenario.ts';
import { paint, toolLine } from './screen.ts';

export type Asked = {
  readonly scene: Scene;
  readonly id: string;
  /** Settles when the waiting tool is told. */
  readonly answer: Promise<ResolvedView>;
};

export type Tools = {
  ask(scene: Scene): Promise<Asked>;
  close(): Promise<void>;
};

export function openTools({ api, apiKey, redisUrl, namespace, queueKey }: Stage): Tools {
  const http = connect({ url: api, apiKey });
  const clients: { readonly [via in Scene['via']]: Countersign } = {
    http,
    queue: connectQueue({ redisUrl, namespace, key: queueKey }),
  };
  return {
    async ask(scene) {
      const client = clients[scene.via];
      const way = scene.via === 'http' ? 'over HTTP' : 'through the queue';
      toolLine(scene.tool, 'asks', `to ${scene.title}, ${way}`);
      const askedAt = performance.now();
      const { id } = await client.submit(scene.submission);
      const answer = client.wait(id).then(async view => {
        toolLine(scene.tool, view.status, `${outcome(view)} ${paint('dim', after(performance.now() - askedAt))}`);
        if (isApproved(view)) await redeem(http, scene, id);
        return view;
      });
      answer.catch(() => undefined); // whoever awaits it hears of the failure; a demo that is ended need not
      return { scene, id, answer };
    },
    async close() {
      await Promise.all(Object.values(clients).map(client => client.close()));
    },
  };
}

/** Right before it acts, whichever way it asked: grants are read and redeemed over HTTP. */
async function redeem(http: HttpCountersign, { tool, submission }: Scene, id: string): Promise<void> {
  const { grant } = await http.read(id);
  await http.redeem(grant, submission);
  toolLine(tool, 'redeems', 'its grant: policy was asked once more and says go');
}

function outcome(view: ResolvedView): string {
  const people = view.votes.filter(({ counted }) => counted).map(({ by }) => by);
  const by = people.length > 0 ? people.join(' and ') : view.resolved_by;
  const words =
    view.resolution_reason === undefined || view.resolution_reason === '' ? '' : `: ${view.resolution_reason}`;
  return `by ${by}${words}`;
}

function after(ms: number): string {
  return ms < 1_000 ? `(${Math.round(ms)} ms)` : `(${(ms / 1_000).toFixed(1)} s)`;
}
