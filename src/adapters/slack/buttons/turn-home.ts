// Turns the page of what waits, in the Home tab.
import { buttonFile } from '../button.ts';
import type { ClickWorld } from '../clicks/world.ts';
import type { Gesture } from '../gesture.ts';

export const homeNext = buttonFile({ name: 'home_next', press });
export const homeBack = buttonFile({ name: 'home_back', press });

async function press({ homes }: ClickWorld, { account, value }: Gesture): Promise<void> {
  homes.turned(account, Math.max(0, Math.trunc(Number(value)) || 0));
}
