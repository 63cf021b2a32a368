// With `node --import`: what a process and the programs it ran have used, said on standard error at its end. Linux tells.
import { existsSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

process.on('exit', () => {
  if (!existsSync('/proc/self/stat')) return;
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  const seconds = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) / TICKS_PER_SECOND;
  const { maxRSS } = process.resourceUsage();
  const [own, programs] = [seconds(11), seconds(13)];
  process.stderr.write(
    `processor seconds: node ${own.toFixed(1)}, its programs ${programs.toFixed(1)}; node's memory at most ${Math.round(maxRSS / 1024)} MiB\n`,
  );
});
