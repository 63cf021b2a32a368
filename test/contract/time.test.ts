// Waiting with an end: what comes in time is given, what does not holds nobody up, and no timer is left behind.
import { describe, expect, it } from 'vitest';
import { isInTime, nap, within } from '../../src/contract/time.ts';

const never = new Promise<string>(() => {});
const LONG_MS = 60_000;
const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;

describe('work that somebody waits for no longer than a time', () => {
  it('gives what it gives in time, and leaves no timer behind', async () => {
    const before = timers();
    expect(await within(Promise.resolve('early'), LONG_MS)).toBe('early');
    expect(timers()).toBe(before);
  });

  it('fails as it fails in time, and leaves no timer behind', async () => {
    const before = timers();
    await expect(within(Promise.reject(new Error('broken')), LONG_MS)).rejects.toThrow('broken');
    expect(timers()).toBe(before);
  });

  it('gives nothing once the time is over', async () => {
    expect(await within(never, 1)).toBeUndefined();
  });

  it('is in time however it ends, and is not when it goes on', async () => {
    expect(await isInTime(Promise.resolve(), LONG_MS)).toBe(true);
    expect(await isInTime(Promise.reject(new Error('broken')), LONG_MS)).toBe(true);
    expect(await isInTime(never, 1)).toBe(false);
  });
});

describe('a nap', () => {
  it('lasts its time', async () => {
    const began = performance.now();
    await nap(20);
    expect(performance.now() - began).toBeGreaterThanOrEqual(18);
  });

  it('ends at once when it is told to, and leaves nothing on the signal or the clock', async () => {
    const before = timers();
    const told = new AbortController();
    const napping = nap(LONG_MS, told.signal);
    told.abort();
    await napping;
    await nap(LONG_MS, told.signal);
    expect(timers()).toBe(before);
  });

  it('of no time is none', async () => {
    const before = timers();
    await nap(0);
    await nap(-1);
    expect(timers()).toBe(before);
  });
});
