// How far a long reading is: in place on a terminal, and nowhere else.

const PROGRESS_MS = 500;

export function openProgress(what: string) {
  const stream = process.stderr;
  let count = 0;
  let shownAt = performance.now();
  let isShown = false;
  const at = () => {
    count += 1;
    if (count % 1_000 !== 0 || !stream.isTTY || performance.now() - shownAt < PROGRESS_MS) return;
    shownAt = performance.now();
    stream.write(`\r${count.toLocaleString('en-US')} ${what}`);
    isShown = true;
  };
  return {
    async *over<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
      for await (const item of items) {
        at();
        yield item;
      }
    },
    end(): void {
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
