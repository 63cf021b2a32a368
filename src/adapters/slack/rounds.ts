// Turns in a channel that has more to say than Slack lets it: round robin by service, so that a flood of one holds up itself.

export type Rounds = {
  /** One of this service asks, be it for the first time or again. */
  came(whose: string, now: number): void;
  /** Whether nobody else who was sent away has waited longer. */
  isTurnOf(whose: string, now: number): boolean;
  /** It was sent away; when to come back, in ms: behind all of its own that were sent away before. */
  sendAway(whose: string, now: number): number;
  served(whose: string, now: number): void;
  /** Nobody is away any more. */
  isOver(now: number): boolean;
};

type Line = {
  /** When it was served last; what never was, comes first. */
  servedAt: number;
  /** When those that were sent away come back, earliest first. */
  readonly back: number[];
};

/** Coming back takes a queue its time; who has not come by then does not keep the others waiting. */
const GRACE_MS = 3_000;
/** Longer away, it would learn too late that the others have gone. */
const LONGEST_AWAY_MS = 30_000;

/** A crowd that must come back sooner than its turn is does not come back all at once. */
function capped(afterMs: number): number {
  const half = LONGEST_AWAY_MS / 2;
  return afterMs <= LONGEST_AWAY_MS ? afterMs : half + (afterMs % half);
}

/** `everyMs`: how often there is a turn. */
export function createRounds(everyMs: number): Rounds {
  const lines = new Map<string, Line>();

  function waiting(now: number): readonly (readonly [string, Line])[] {
    for (const [whose, { back, servedAt }] of lines) {
      while (back[0] !== undefined && back[0] + GRACE_MS < now) back.shift();
      if (back.length === 0 && now - servedAt > LONGEST_AWAY_MS) lines.delete(whose);
    }
    return [...lines].filter(([, { back }]) => back.length > 0);
  }

  function lineOf(whose: string): Line {
    const line = lines.get(whose) ?? { servedAt: Number.NEGATIVE_INFINITY, back: [] };
    lines.set(whose, line);
    return line;
  }

  return {
    came(whose, now) {
      const { back } = lines.get(whose) ?? { back: [] };
      if (back[0] !== undefined && back[0] <= now) back.shift(); // it is the one that was due
    },
    isTurnOf(whose, now) {
      const ours = lines.get(whose)?.servedAt ?? Number.NEGATIVE_INFINITY;
      return !waiting(now).some(([other, { servedAt }]) => other !== whose && servedAt < ours);
    },
    sendAway(whose, now) {
      const others = waiting(now).filter(([other]) => other !== whose).length;
      const { back } = lineOf(whose);
      const places = (back.length + 1) * (others + 1);
      const afterMs = capped(places * everyMs);
      back.push(now + afterMs);
      back.sort((a, b) => a - b);
      return afterMs;
    },
    served(whose, now) {
      const line = lineOf(whose);
      line.servedAt = now;
    },
    isOver: now => waiting(now).length === 0,
  };
}
