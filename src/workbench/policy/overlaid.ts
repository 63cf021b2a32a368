// A folder of policies with other data: a copy in which what a scenario says is laid over the folder's own.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../domain/canonical.ts';
import { joined, laidOver } from '../rehearsal/overlay.ts';
import { Unusable } from '../unusable.ts';

/** What OPA takes for data; its place in the folder is its place in the data. */
const DATA = /^data\.(?:json|ya?ml)$/;

export type Copy = { readonly folder: string; remove(): Promise<void> };

/** All data of the copy is in one file at its top, so that a member can be taken away as well. */
export async function overlaidCopy(policies: string, layers: readonly JsonObject[]): Promise<Copy> {
  await requireInside(policies, layers);
  const folder = await mkdtemp(join(tmpdir(), 'countersign-data-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await cp(policies, folder, { recursive: true });
    let data: JsonObject = {};
    for (const path of await dataFilesIn(folder)) {
      // As OPA reads YAML: in 1.1 "yes" and "on" are true.
      const own = parse(await readFile(path, 'utf8'), { version: '1.1' }) as JsonObject;
      const place = relative(folder, dirname(path)).split(sep).filter(Boolean);
      data = joined(
        data,
        place.reduceRight((inner, name): JsonObject => ({ [name]: inner }), own),
      );
      await rm(path);
    }
    await writeFile(join(folder, 'data.json'), JSON.stringify(layers.reduce(laidOver, data)));
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A bundle owns what its manifest says, and OPA loads nothing else with it. */
async function requireInside(policies: string, layers: readonly JsonObject[]): Promise<void> {
  const text = await readFile(join(policies, '.manifest'), 'utf8').catch(() => '{}');
  const { roots = [''] } = JSON.parse(text) as { readonly roots?: readonly string[] };
  const owned = roots.map(root => root.split('/')[0] ?? '');
  const strange = layers.flatMap(layer => Object.keys(layer)).find(key => !owned.includes(key) && !owned.includes(''));
  if (strange === undefined) return;
  const where = `Write data from the top, below ${owned.join(' or ')}.`;
  throw new Unusable(`The data "${strange}" is not in these policies, so no rule reads it. ${where}`);
}

async function dataFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && DATA.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}
