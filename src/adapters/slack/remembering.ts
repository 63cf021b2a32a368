// Remembers Slack's answers for a short while, asks once when many want the same, and never remembers a failure.

export type Remembering<T> = {
  get(key: string): Promise<T>;
  forget(key: string): void;
};

const MOST_KEPT = 5_000;

export function remembering<T>(ageMs: number, now: () => number, ask: (key: string) => Promise<T>): Remembering<T> {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return {
    get(key) {
      const known = kept.get(key);
      if (known !== undefined && now() - known.at < ageMs) return known.answer;
      const entry = { at: now(), answer: ask(key) };
      kept.delete(key);
      kept.set(key, entry);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      entry.answer.catch(() => {
        if (kept.get(key) === entry) kept.delete(key);
      });
      return entry.answer;
    },
    forget: key => void kept.delete(key),
  };
}
