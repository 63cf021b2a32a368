// Loaded with `node --import`: this process stores everything in the version after today's, as the next release would.
import { registerHooks } from 'node:module';

/** Each file that names a version, and what the next release would say there. Its upcasts change nothing but the version. */
const changes = [
  [/\/domain\/record\.ts$/, /(RECORD_SCHEMA = )(\d+)/, (_all, words, n) => `${words}${Number(n) + 1}`],
  [/\/domain\/stored\/record\.ts$/, 'upcasts: {', 'upcasts: { [RECORD_SCHEMA - 1]: older => ({ ...older }),'],
  ...['effect', 'standing', 'key', 'link'].map(shape => [
    new RegExp(`/domain/stored/${shape}\\.ts$`),
    /current: (\d+),\n {2}upcasts: \{/g,
    (_all, n) => `current: ${Number(n) + 1},\n  upcasts: { ${n}: older => ({ ...older }),`,
  ]),
];

registerHooks({
  load(url, context, load) {
    const loaded = load(url, context);
    const ours = changes.filter(([file]) => file.test(new URL(url).pathname));
    if (ours.length === 0) return loaded;
    let source = String(loaded.source);
    for (const [, from, to] of ours) {
      const next = source.replace(from, to);
      if (next === source) throw new Error(`${url} has changed: the next version cannot be made of it.`);
      source = next;
    }
    return { ...loaded, source };
  },
});
