// The client as a package of its own, `countersign-client`: what the SDK's entry reaches of the build, and nothing to install beside it.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { setupFailure } from './say.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const ENTRY = 'client/index';
/** `import … from './x.js'`, `export … from './x.js'`, `import('./x.js')`. */
const NAMED = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

const README = `# countersign-client

Ask before an action that matters: policy decides, people countersign.

\`\`\`ts
import { connect, isApproved } from 'countersign-client';
\`\`\`

Nothing else is installed with it. Node.js 20.19, 22.12 or newer, as an ES module or by \`require\`. Through the queue: \`countersign/queue\`.
`;

/** Copies it out of a build into `outDir`, which is emptied first, and gives the files it is made of. */
export function packClient(build: string, outDir: string): string[] {
  const files = [...reached(build, `${ENTRY}.js`), ...reached(build, `${ENTRY}.d.ts`)].toSorted();
  rmSync(outDir, { recursive: true, force: true });
  for (const file of files) {
    mkdirSync(dirname(join(outDir, file)), { recursive: true });
    cpSync(join(build, file), join(outDir, file));
  }
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  writeFileSync(join(outDir, 'README.md'), README);
  cpSync(join(ROOT, 'LICENSE'), join(outDir, 'LICENSE'));
  return files;
}

function manifest() {
  const { version, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return {
    name: 'countersign-client',
    version,
    description: 'Ask Countersign before an action that matters.',
    license,
    type: 'module',
    sideEffects: false,
    engines: { node: '^20.19.0 || >=22.12.0' }, // of each line the first that takes an ES module by require
    exports: { '.': { types: `./${ENTRY}.d.ts`, default: `./${ENTRY}.js` } },
  };
}

function reached(build: string, entry: string): Set<string> {
  const seen = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [, name = ''] of readFileSync(join(build, file), 'utf8').matchAll(NAMED)) {
      if (name.startsWith('node:')) continue;
      if (!name.startsWith('.')) throw needsPackage(file, name);
      const path = relative(build, resolve(build, dirname(file), name));
      waiting.push(entry.endsWith('.d.ts') ? path.replace(/\.(js|ts)$/, '.d.ts') : path);
    }
  }
  return seen;
}

function needsPackage(file: string, name: string): Error {
  const message = `The client reaches "${name}" by way of ${file}. It may need nothing but Node: take that out of what it imports.`;
  return setupFailure('client_needs_package', message);
}
