// The autopilot: reads the channel and clicks as people would, then checks that every tool heard what it should.
import type { Message, Workspace } from '../slack/workspace.ts';
import type { Click, Scene } from './scenario.ts';
import { paint, say } from './screen.ts';
import type { Asked } from './tools.ts';

const CARD_WITHIN_MS = 20_000;
const MODAL_WITHIN_MS = 10_000;

/** Plays all scenes to their end. What did not go as the scene says, in words; empty when all did. */
export async function play(workspace: Workspace, asked: readonly Asked[]): Promise<readonly string[]> {
  const played = asked.map(async ({ scene, id, answer }) => {
    for (const click of scene.clicks) await perform(workspace, id, click);
    const view = await answer;
    const faults = view.status === scene.ends ? [] : [`${name(scene)} ended ${view.status}, not ${scene.ends}`];
    const wasAsked = view.slack !== undefined;
    if (wasAsked) await finishedCard(workspace, id, view.status);
    return faults;
  });
  const outcomes = await Promise.allSettled(played);
  return outcomes.flatMap((outcome, i) => {
    if (outcome.status === 'fulfilled') return outcome.value;
    const scene = asked[i]?.scene;
    return [`${scene === undefined ? 'a scene' : name(scene)}: ${messageOf(outcome.reason)}`];
  });
}

async function perform(workspace: Workspace, id: string, click: Click): Promise<void> {
  const person = workspace.as(click.as);
  const card = await cardOf(workspace, id);
  const who = workspace.user(click.as).name;
  say(`  ${paint('dim', `${who} clicks ${click.press === 'approve' ? 'Approve' : 'Deny…'} on ${id.slice(0, 12)}…`)}`);
  const seen = workspace.ephemerals(click.as).length;
  await person.click(card, click.press);
  if (click.press === 'deny') {
    const form = await workspace.until(
      'a form for the reason',
      () => workspace.modals(click.as).at(-1),
      MODAL_WITHIN_MS,
    );
    await person.submit(form, { reason: click.reason });
  } else if ('refused' in click) {
    const hasHeard = () => workspace.ephemerals(click.as).length > seen;
    await workspace.until(`a word to ${who} why their click does not count`, hasHeard, MODAL_WITHIN_MS);
  }
}

function cardOf(workspace: Workspace, id: string): Promise<Message> {
  return workspace.until(`a card for ${id}`, () => findCard(workspace, id), CARD_WITHIN_MS);
}

/** The card must tell the end in words, and offer nothing to decide any more. */
function finishedCard(workspace: Workspace, id: string, status: string): Promise<Message> {
  return workspace.until(
    `a card for ${id} that says ${status}`,
    () => {
      const card = findCard(workspace, id);
      const text = JSON.stringify(card ?? {});
      return text.toLowerCase().includes(status) && !text.includes('"action_id":"approve"') ? card : undefined;
    },
    CARD_WITHIN_MS,
  );
}

function findCard(workspace: Workspace, id: string): Message | undefined {
  const channels = ['C0APPROVALS', 'C0FINANCE'];
  return channels.flatMap(channel => workspace.history(channel)).find(message => JSON.stringify(message).includes(id));
}

function name(scene: Scene): string {
  return `"${scene.title}"`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
