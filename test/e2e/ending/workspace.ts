// A local Slack workspace in a process of its own, so that it can fall silent with its connections open.
import { openWorkspace } from '../../../src/local/slack/workspace.ts';
import { tokens } from './tokens.ts';

const workspace = await openWorkspace({ rateLimits: false, tokens });
console.log(workspace.apiUrl);
