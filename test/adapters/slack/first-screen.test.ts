// What an approver sees without scrolling on a phone: all that is approved, who asks, why, and the buttons.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { findChromium, launch } from '../../local/slack/support/browser.ts';
import { aRecord, deploy, twoOwners } from './records.ts';
import { openStage } from './stage.ts';

const executable = findChromium();
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
/** Of a phone's first screen, with room for its own bars. */
const FIRST_SCREEN = 700;
/** Where one more line stands on the card it may reach to where one types. */
const ABOVE_COMPOSER = 740;
/** The bars of the workspace and of the channel, and the sender's line, with something to spare. */
const ABOVE_TITLE = 160;
const LOAD_MS = 20_000;

const params = {
  version: '2026.11.2',
  commit: '9f31c07',
  replicas: 6,
  strategy: 'canary',
  canary_minutes: 20,
  region: 'eu-central-1',
};

/** Half a dozen short parameters, a reason of two lines, an agent that acts for somebody, two claims. */
const usual = aRecord(
  {},
  { ...deploy, params, reason: 'Fixes double charges on retried card payments. Canary for 20 minutes, then full.' },
);
const emergency = aRecord({}, { ...usual.submission, emergency: true });
const waived = aRecord(
  { approval: { ...twoOwners, waivers: [{ code: 'change_freeze', message: 'A change freeze is in force' }] } },
  usual.submission,
);

let browser: Browser;

/** How far it is from the card's first line to the end of its Approve button, in pixels. */
async function measured(
  record: RequestRecord,
  viewport: { width: number; height: number },
  colorScheme: 'light' | 'dark',
) {
  const stage = await openStage();
  await stage.show(record);
  const page = await browser.newPage({ viewport, colorScheme });
  try {
    await page.goto(`${stage.workspace.url}/?user=U0BOB&channel=C0APPROVALS`);
    const approve = page.getByRole('button', { name: /^Approve/ });
    await approve.waitFor({ timeout: LOAD_MS });
    const title = page.getByText('Approval needed:').first();
    const [from, until] = [await title.boundingBox(), await approve.boundingBox()];
    if (from === null || until === null) throw new Error('the card is not drawn');
    const isWider = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
    return { needed: until.y + until.height - from.y, height: until.height, isWider };
  } finally {
    await page.close();
  }
}

describe.skipIf(executable === undefined)('in a browser', () => {
  beforeAll(async () => {
    browser = await launch(executable ?? '');
  }, 60_000);
  afterAll(() => browser?.close());

  it.each([
    ['a usual card', usual, FIRST_SCREEN],
    ['one that was requested as an emergency', emergency, ABOVE_COMPOSER],
    ['one for which policy waives a rule', waived, ABOVE_COMPOSER],
  ])('the Approve button of %s lies on the first screen of a phone', { timeout: 60_000 }, async (_, record, most) => {
    const { needed, height, isWider } = await measured(record, PHONE, 'light');
    expect(ABOVE_TITLE + needed).toBeLessThan(most);
    expect(height).toBeGreaterThanOrEqual(44); // a finger's width
    expect(isWider).toBe(false);
  });

  it('and on that of a desktop, dark as light', { timeout: 60_000 }, async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const { needed, isWider } = await measured(usual, DESKTOP, scheme);
      expect(ABOVE_TITLE + needed).toBeLessThan(FIRST_SCREEN);
      expect(isWider).toBe(false);
    }
  });
});
