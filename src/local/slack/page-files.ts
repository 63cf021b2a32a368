// The files of the page: TypeScript with its types stripped, the style sheet, and preact as it is installed.
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

const LIBRARIES = ['preact', 'preact/hooks', 'htm', 'htm/preact'] as const;

export type Served = { readonly contentType: string; readonly body: string };

const libraryPath = (name: string): string => `/library/${name.replace('/', '.')}.mjs`;

export const importMap = JSON.stringify({
  imports: Object.fromEntries(LIBRARIES.map(name => [name, libraryPath(name)])),
});

// In order: later sheets may refine earlier ones, and the narrow layout has the last word.
const STYLES = [
  'base',
  'sidebar',
  'message',
  'prose',
  'blocks',
  'controls',
  'composer',
  'switcher',
  'dialogs',
  'layout',
] as const;
const SCRIPT = 'text/javascript; charset=utf-8';

/** The file behind a path, or undefined when there is none. Only listed names reach the disk. */
export async function pageFile(path: string): Promise<Served | undefined> {
  const library = LIBRARIES.find(name => libraryPath(name) === path);
  if (library)
    return { contentType: SCRIPT, body: await readFile(fileURLToPath(import.meta.resolve(library)), 'utf8') };
  const name = /^\/page\/([a-z-]+\.(?:ts|css))$/.exec(path)?.[1];
  const source = name ? await read(name).catch(() => undefined) : undefined;
  if (!name || source === undefined) return undefined;
  if (name.endsWith('.css')) return { contentType: 'text/css; charset=utf-8', body: source };
  return { contentType: SCRIPT, body: stripTypes(source) };
}

function read(name: string): Promise<string> {
  return readFile(new URL(`./page/${name}`, import.meta.url), 'utf8');
}

/** By source, so that an edited file is stripped anew. */
const stripped = new Map<string, string>();

/** Node calls the function experimental, once, on stderr. We know; whoever runs a demo need not. */
function stripTypes(source: string): string {
  const known = stripped.get(source);
  if (known !== undefined) return known;
  const emitWarning = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    const script = stripTypeScriptTypes(source);
    stripped.set(source, script);
    return script;
  } finally {
    process.emitWarning = emitWarning;
  }
}

export function indexHtml(title: string, nonce: string): string {
  const escaped = title.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped}</title>
<link rel="icon" href="data:,">
${STYLES.map(name => `<link rel="stylesheet" href="/page/${name}.css">`).join('\n')}
<script type="importmap" nonce="${nonce}">${importMap}</script>
<script type="module" src="/page/app.ts"></script>
</head>
<body><div id="app"><p class="loading">Opening the workspace…</p></div></body>
</html>`;
}
