// The arrows of the house: imports run one way, and nothing imports in a circle.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
  .map(entry => relative(SRC, join(entry.parentPath, entry.name)))
  .sort();

/** Every import, type imports included; packages are left out. */
const imports = new Map(files.map(file => [file, importsOf(file)]));

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...found].map(([, path]) => relative(SRC, resolve(SRC, dirname(file), path ?? '')));
}

/** The room a file is in: `domain`, `flow`, `adapters/redis`, `local/demo`, … */
function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  if (!file.includes('/')) return first;
  return first === 'adapters' || first === 'local' ? `${first}/${second}` : first;
}

/** What each room may import beside itself. A room that is not named here may not exist. */
const arrows: { readonly [room: string]: readonly RegExp[] } = {
  domain: [],
  flow: [/^(domain|contract)\//],
  contract: [/^domain\//],
  client: [/^(domain|contract)\//],
  agents: [/^(domain|contract|client)\//],
  workbench: [/^(domain|contract|flow|adapters)\//, /^local\/setup\//],
  'local/setup': [],
  'local/slack': [],
  'config.ts': [/^config\//],
  config: [/^domain\//],
  'main.ts': [/^(config\.ts|flow\/ports\.ts|wiring\/)/],
  wiring: [/^(domain|contract|flow|adapters)\//, /^config\.ts$/],
  cli: [/^(domain|contract|client|agents|adapters|workbench)\//, /^(main|config)\.ts$/, /^local\/demo\//],
  'local/demo': [/^(domain|client|local|adapters)\//, /^(main|config)\.ts$/],
};
/** The table of rooms in src/README.md: what it says that the rooms of a row may import. */
const told = new Map(
  [...readFileSync(join(SRC, 'README.md'), 'utf8').matchAll(/^\| (`[\w./]+`.*?) \| .*? \| ([^|]+) \|$/gm)].flatMap(
    ([, rooms = '', imports = '']) =>
      namesIn(rooms).map(room => [room, [...namesIn(rooms), ...namesIn(imports)]] as const),
  ),
);

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+?)\/?`/g)].map(([, name = '']) => name);
}

const adapterArrows = [/^(domain|contract)\//, /^flow\/ports\.ts$/];

describe('the structure', () => {
  it.each(files)('%s imports only what its room may', file => {
    const room = roomOf(file);
    const allowed = room.startsWith('adapters/') ? adapterArrows : arrows[room];
    expect(allowed, `the room ${room} is not on the plan`).toBeDefined();
    const strays = (imports.get(file) ?? []).filter(
      target => roomOf(target) !== room && !allowed?.some(arrow => arrow.test(target)),
    );
    expect(strays).toEqual([]);
  });

  it.each(Object.keys(arrows).concat('adapters'))(
    'tells in src/README.md of the room %s, and of every arrow it has',
    room => {
      const ofRoom = files.filter(file => roomOf(file) === room || file.startsWith(`${room}/`));
      const targets = ofRoom.flatMap(file => imports.get(file) ?? []);
      const untold = targets.filter(
        target => !told.get(room)?.some(name => name === target || target.startsWith(`${name}/`)),
      );
      expect(told.has(room), 'a row in the table').toBe(true);
      expect(untold).toEqual([]);
    },
  );

  it('has no circle of imports, type imports included', () => {
    expect(circle()).toBeUndefined();
  });

  it('has steps that know no other step', () => {
    const steps = ['submit', 'decide', 'show', 'resolve', 'notify', 'redeem'].map(name => `flow/${name}.ts`);
    for (const step of steps) expect(imports.get(step)?.filter(target => steps.includes(target))).toEqual([]);
  });

  it('has no entrance that reaches what is stored, or a verb, past the front door', () => {
    // `doctor` changes nothing: it looks whether what is there can be read.
    const entrances = files.filter(
      file => /^(adapters\/(http|slack|bullmq)|cli)\//.test(file) && !file.startsWith('cli/doctor/'),
    );
    const stored = /^adapters\/redis\/(store|commits|keys|links|standing)\.ts$/;
    expect(entrances.filter(file => imports.get(file)?.some(target => stored.test(target)))).toEqual([]);
    const books = /import type \{[^}]*\b(Store|StandingApprovals|LinkBook|KeyBook)\b[^}]*\}/;
    expect(entrances.filter(file => books.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([]);
    const behind = /^flow\/(submit|resolve|redeem|review|revoke|standing|link|aside|reading|operating)\.ts$/;
    const roles = ['api', 'slack', 'worker'].map(role => `wiring/${role}.ts`);
    expect(roles.filter(file => imports.get(file)?.some(target => behind.test(target)))).toEqual([]);
  });

  it('loads the local workspace nowhere but in the demo', () => {
    const users = files.filter(file => imports.get(file)?.some(target => target.startsWith('local/slack/')));
    expect(users.map(roomOf).filter(room => !room.startsWith('local/'))).toEqual([]);
  });

  it('says on the first line of each file what it is for', () => {
    const silent = files.filter(file => !/^(#!.*\n)?(\/\/|\/\*\*) ?\S/.test(readFileSync(join(SRC, file), 'utf8')));
    expect(silent).toEqual([]);
  });

  it('never waits on a job result or on queue events: they lose decisions', () => {
    const waiting = files.filter(file =>
      /\b(QueueEvents|waitUntilFinished)\b/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(waiting).toEqual([]);
  });
});

function circle(): string | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ');
    if (done.has(file)) return undefined;
    path.push(file);
    for (const target of imports.get(file) ?? []) {
      const found = visit(target);
      if (found !== undefined) return found;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const found = visit(file);
    if (found !== undefined) return found;
  }
  return undefined;
}
