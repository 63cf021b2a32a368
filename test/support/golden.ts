// Golden files: what each version wrote, kept as it stood in Redis and read for ever.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../fixtures/stored');

export type Golden<Stored = string> = {
  readonly version: number;
  /** How it came to be so. */
  readonly what: string;
  readonly stored: Stored;
};

/** The golden files of a shape, oldest version first. */
export function goldens<Stored = string>(shape: string): Golden<Stored>[] {
  const versions = readdirSync(ROOT)
    .map(folder => Number(folder.slice(1)))
    .sort((a, b) => a - b);
  return versions.flatMap(version => {
    const path = goldenPath(shape, version);
    if (!existsSync(path)) return [];
    const all = JSON.parse(readFileSync(path, 'utf8')) as Omit<Golden<Stored>, 'version'>[];
    return all.map(one => ({ version, ...one }));
  });
}

export function goldenPath(shape: string, version: number): string {
  return join(ROOT, `v${version}`, `${shape}.json`);
}

/** As a golden file holds it. */
export function goldenText(all: readonly Omit<Golden<unknown>, 'version'>[]): string {
  return `${JSON.stringify(all, null, 2)}\n`;
}
