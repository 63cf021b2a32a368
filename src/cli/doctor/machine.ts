// What the process itself needs: a Node.js that runs it, a port to listen on, a key to sign grants with.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Config } from '../../config.ts';
import { readGrantKeys } from '../../domain/grant-keys.ts';
import { type Finding, unwell, well } from './report.ts';

const OLDEST_NODE = [24, 12] as const;

export function examineNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (isNew) return well('node', version);
  return unwell('node', `${version} is too old. Install ${OLDEST_NODE.join('.')} or newer.`);
}

export async function examinePort({ api: { host, port } }: Config): Promise<readonly Finding[]> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
    return [well('api port', `${host}:${port} is free`)];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'EADDRINUSE' && (await isOurs(host, port))) {
      return [well('api port', `Countersign already answers at ${host}:${port}`)];
    }
    const detail = `cannot listen on ${host}:${port} (${code}). Free it, or set API_HOST and API_PORT.`;
    return [unwell('api port', detail)];
  } finally {
    server.close();
  }
}

async function isOurs(host: string, port: number): Promise<boolean> {
  try {
    const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    const answer = await fetch(`http://${address}:${port}/openapi.json`, { signal: AbortSignal.timeout(2_000) });
    return (await answer.text()).includes('Countersign');
  } catch {
    return false;
  }
}

export async function examineGrants({ grants: { keyFile } }: Config): Promise<readonly Finding[]> {
  if (keyFile === undefined) {
    return [well('grants', 'signed with a key kept in Redis; set GRANT_KEY_FILE where others can read Redis')];
  }
  const { signing, jwks } = readGrantKeys(
    await readFile(keyFile, 'utf8').catch(() => ''),
    `GRANT_KEY_FILE (${keyFile})`,
  );
  return [well('grants', `signed with ${signing.kid}, of ${jwks.keys.length} believed`)];
}
