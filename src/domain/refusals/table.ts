// Every refusal that Countersign itself gives, in one closed table. To add one is a row; each surface takes its words from here.
import { afterwards } from './afterwards.ts';
import { asides } from './asides.ts';
import { grants } from './grants.ts';
import { links } from './links.ts';
import { people } from './people.ts';
import { submissions } from './submissions.ts';
import { votes } from './votes.ts';
import { workloads } from './workloads.ts';

export const REFUSALS = {
  ...submissions,
  ...votes,
  ...people,
  ...grants,
  ...afterwards,
  ...asides,
  ...links,
  ...workloads,
};

export type RefusalCode = keyof typeof REFUSALS;

export function isRefusalCode(word: string): word is RefusalCode {
  return Object.hasOwn(REFUSALS, word);
}
