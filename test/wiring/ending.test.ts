// The order of an end: nothing new first, then what is under way, and then the cut, however many hang.
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/flow/ports.ts';
import { openEnding } from '../../src/wiring/ending.ts';

const never = () => new Promise<never>(() => undefined);
const ignore = () => undefined;

describe('an end', () => {
  it('stops all who work at once, waits for them, then closes what they lean on, the newest first', async () => {
    const ending = openEnding();
    const steps: string[] = [];
    const work = Promise.withResolvers<void>();
    ending.atEnd(() => steps.push('redis'));
    ending.whenTold('the queue', () => steps.push('queue'));
    ending.whenTold('the API', async () => {
      steps.push('API');
      await work.promise;
      steps.push('last answer');
    });
    ending.atEnd(() => steps.push('policy'));
    const ended = ending.end(ignore);
    expect(steps).toEqual(['queue', 'API']);
    expect(ending.unended()).toContain('the API');
    work.resolve();
    await ended;
    expect(steps).toEqual(['queue', 'API', 'last answer', 'policy', 'redis']);
    expect(ending.unended()).toEqual([]);
  });

  it('waits for nobody for ever, says who did not end, and closes all the same', async () => {
    const ending = openEnding({ workMs: 20, closeMs: 20 });
    const steps: string[] = [];
    const seen: Observation[] = [];
    ending.atEnd(() => steps.push('redis'));
    ending.atEnd(never);
    ending.whenTold('The relay', never);
    ending.whenTold('The clock', async () => {
      throw new Error('no Redis');
    });
    await ending.end(fact => void seen.push(fact));
    expect(steps).toEqual(['redis']);
    expect(ending.unended()).toEqual(['The relay']);
    expect(seen).toMatchObject([
      { code: 'end_failed', message: expect.stringMatching(/^The clock/) },
      { code: 'not_ended', message: expect.stringMatching(/^The relay/) },
    ]);
  });

  it('ends once, and what a start goes on to open after it is ended as it comes', async () => {
    const ending = openEnding();
    const steps: string[] = [];
    ending.whenTold('the API', () => steps.push('API'));
    await Promise.all([ending.end(ignore), ending.end(ignore)]);
    ending.whenTold('the queue', () => steps.push('queue'));
    ending.atEnd(() => steps.push('redis'));
    expect(steps).toEqual(['API', 'queue', 'redis']);
  });
});
