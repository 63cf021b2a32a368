// Who may hold up whom: effects of one lane wait for each other, and for no others.

/** Somebody waits for a decision; Slack takes few messages; somebody else's server may be slow. */
export type Lane = 'decisions' | 'messages' | 'callbacks';
