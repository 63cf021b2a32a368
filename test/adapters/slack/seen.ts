// What somebody comes to see in the workspace after a click.
import type { Stage } from './stage.ts';

/** The newest sentence that only they see. */
export const told = (stage: Stage, user: string) =>
  stage.workspace.until(`${user} is told`, () => stage.workspace.ephemerals(user).at(-1));

export const modal = (stage: Stage, user: string, callback?: string) =>
  stage.workspace.until(`${user} has a modal`, () => {
    const top = stage.workspace.modals(user).at(-1);
    return callback === undefined || top?.callback_id === callback ? top : undefined;
  });
