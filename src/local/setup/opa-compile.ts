// Compiles OPA with the machine's Go, for networks that reach Go modules and not the release page.
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onPath, run } from './programs.ts';
import { setupFailure } from './say.mjs';

/** Puts a freshly compiled `opa` at `target`; without cgo, so that no C compiler is needed. */
export async function compileOpa(version: string, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  const [go] = onPath('go', env.PATH);
  if (go === undefined) throw setupFailure('go_missing', 'there is no Go on PATH');
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  for (const left of (await readdir(parent)).filter(name => name.startsWith('.opa-'))) {
    await rm(join(parent, left), { recursive: true, force: true }); // of an interrupted try: we hold the lock
  }
  const workshop = await mkdtemp(join(parent, '.opa-'));
  try {
    await run(go, ['install', '-trimpath', '-ldflags=-s -w', `github.com/open-policy-agent/opa@v${version}`], {
      env: { ...env, GOBIN: workshop, CGO_ENABLED: '0' },
      cwd: workshop, // a go.work or go.mod above us must not take part
    });
    await rename(join(workshop, 'opa'), target);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}
