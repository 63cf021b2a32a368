// What the server says of a tool now. The proxy asks for it itself, before each call, so that a tool cannot change unseen.
import { randomUUID } from 'node:crypto';
import { type Digest, digestOf, type JsonObject } from '../../domain/canonical.ts';
import { isObject } from './message.ts';

export type Definition = { readonly digest: Digest; readonly description: string };

export type Definitions = {
  /** Undefined where the server lists no such tool. Rejects where it does not answer. */
  of(tool: string, meta: JsonObject | undefined): Promise<Definition | undefined>;
  /** Whether a line of the server answers a question of ours; the client never sees it then. */
  takes(line: Buffer): boolean;
};

const ANSWER_WITHIN_MS = 10_000;
const MOST_PAGES = 100;

export function askDefinitions(send: (text: string) => void): Definitions {
  const ours = `countersign-${randomUUID()}`;
  const waiting = new Map<string, (answer: JsonObject) => void>();
  let last = 0;

  const page = (meta: JsonObject | undefined, cursor: unknown) =>
    new Promise<JsonObject>((resolve, reject) => {
      last += 1;
      const id = `${ours}-${last}`;
      const late = setTimeout(() => {
        waiting.delete(id);
        reject(new Error('the server does not say which tools it has'));
      }, ANSWER_WITHIN_MS);
      waiting.set(id, answer => {
        clearTimeout(late);
        waiting.delete(id);
        resolve(answer);
      });
      // A token of the call's progress is no other request's.
      const { progressToken: _, ...told } = meta ?? {};
      const params = { ...(cursor === undefined ? {} : { cursor }), ...(meta === undefined ? {} : { _meta: told }) };
      send(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list', params }));
    });

  return {
    async of(tool, meta) {
      let cursor: unknown;
      const found: JsonObject[] = [];
      for (let n = 0; n < MOST_PAGES; n++) {
        const { result } = await page(meta, cursor);
        if (!isObject(result) || !Array.isArray(result.tools))
          throw new Error('the server does not say which tools it has');
        found.push(...result.tools.filter(isObject).filter(({ name }) => name === tool));
        cursor = result.nextCursor;
        if (typeof cursor !== 'string') break;
      }
      const [definition] = found;
      // Listed twice, it is not known which of them is called.
      if (definition === undefined || found.length > 1) return undefined;
      const { description } = definition;
      return { digest: digestOf(definition), description: typeof description === 'string' ? description : '' };
    },
    takes(line) {
      if (!line.includes(ours)) return false;
      try {
        const answer: unknown = JSON.parse(line.toString('utf8'));
        const take = isObject(answer) && typeof answer.id === 'string' ? waiting.get(answer.id) : undefined;
        take?.(answer as JsonObject);
        return take !== undefined;
      } catch {
        return false;
      }
    },
  };
}
