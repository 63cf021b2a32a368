// A local Slack workspace with our adapter in it, and a flow that answers as a test tells it to.
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { createAccounts, type SlackAccounts } from '../../../src/adapters/slack/accounts.ts';
import { type Inbound, openInbound } from '../../../src/adapters/slack/bolt.ts';
import type { TakeBack } from '../../../src/adapters/slack/clicks/world.ts';
import { connectSlack, type Slack } from '../../../src/adapters/slack/connect.ts';
import type { LinkPorts } from '../../../src/adapters/slack/linking.ts';
import { createMessenger } from '../../../src/adapters/slack/messenger.ts';
import { createPace } from '../../../src/adapters/slack/pace.ts';
import type { NotedEvent } from '../../../src/domain/audit/events.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { type Refusal, refuse } from '../../../src/domain/refusal.ts';
import type { CastVote, CastVoteFn, Home, Messenger, Observation, Reviews } from '../../../src/flow/ports.ts';
import {
  type Message,
  openWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../../src/local/slack/workspace.ts';
import { aRecord, mentions } from './records.ts';

export type Stage = {
  readonly workspace: Workspace;
  readonly slack: Slack;
  readonly messenger: Messenger;
  readonly accounts: SlackAccounts;
  readonly inbound: Inbound;
  /** Where signed HTTP deliveries go. */
  readonly port: number;
  readonly ballots: CastVote[];
  readonly observed: Observation[];
  readonly noted: NotedEvent[];
  /** What was asked to be taken back. */
  readonly takenBack: TakeBack[];
  /** Whose Home tab was opened. */
  readonly opened: readonly string[];
  readonly records: Map<string, RequestRecord>;
  /** What the flow answers; counted unless a test says otherwise. */
  answer: CastVoteFn;
  find: (id: string) => Promise<RequestRecord | undefined>;
  /** Posts the record's card and finds the message. */
  show(record?: RequestRecord, channel?: string): Promise<Message>;
};

export type StageOptions = {
  readonly mode?: 'socket' | 'http';
  readonly workspace?: Omit<WorkspaceOptions, 'delivery'>;
  readonly now?: () => number;
  /** As SLACK_APP_ID says it. */
  readonly appId?: string;
  readonly links?: LinkPorts;
  /** What the flow answers to who closes a review; there is none unless a test says otherwise. */
  readonly reviews?: Reviews;
  /** What the flow answers to who takes an approval back; that it is done, unless a test says otherwise. */
  readonly takeBack?: (call: TakeBack) => Refusal;
};

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const mode = options.mode ?? 'socket';
  const port = mode === 'http' ? await freePort() : 0;
  const delivery = mode === 'http' ? { mode, url: `http://127.0.0.1:${port}/slack/events` } : { mode };
  const workspace = await openWorkspace({ ...options.workspace, delivery });
  const observed: Observation[] = [];
  const observe = (observation: Observation) => void observed.push(observation);
  const directory = { slackAccountsOf: mentions.slackAccountsOf };
  const slack = connectSlack({ botToken: workspace.botToken, apiUrl: workspace.apiUrl, observe });
  const messenger = createMessenger({ slack, directory, observe });
  const accounts = createAccounts(slack, options.now);
  const ballots: CastVote[] = [];
  const noted: NotedEvent[] = [];
  const takenBack: TakeBack[] = [];
  const opened: string[] = [];
  const once = new Set<string>();
  const records = new Map<string, RequestRecord>();
  const stage: Pick<Stage, 'answer' | 'find'> = {
    answer: async ({ id }) => ({ kind: 'counted', record: records.get(id) ?? aRecord() }),
    find: async id => records.get(id),
  };
  const inbound = openInbound(
    {
      slack,
      messenger,
      accounts,
      directory,
      observe,
      homes: { opened: account => void opened.push(account), acted: () => undefined, turned: () => undefined },
      asides: {
        ask: async () => refuse('not_asked_here'),
        handOver: async () => refuse('not_asked_here'),
        nudge: async () => refuse('not_the_requester'),
      },
      pace: createPace(options.now),
      once: async name => !once.has(name) && once.add(name) === once,
      homeOf: async account => homeOf(account),
      read: async ({ id }) => records.get(id) ?? refuse('unknown_request'),
      cancel: async () => refuse('not_the_requester'),
      find: id => stage.find(id),
      links: options.links ?? {
        link: async () => refuse('link_code_unknown'),
        unlink: async () => refuse('link_none'),
      },
      revokeStanding: async () => refuse('unknown_standing'),
      takeBack: async call => {
        takenBack.push(call);
        return options.takeBack?.(call) ?? { kind: 'changed' as const };
      },
      reviews: options.reviews ?? {
        check: async () => refuse('no_review'),
        close: async () => refuse('no_review'),
      },
      castVote: async ballot => {
        ballots.push(ballot);
        return stage.answer(ballot);
      },
      note: async fact => void noted.push(fact),
      ...(options.now === undefined ? {} : { now: options.now }),
    },
    {
      ...(options.appId === undefined ? {} : { appId: options.appId }),
      ...(mode === 'http'
        ? { mode, signingSecret: workspace.signingSecret, port, host: '127.0.0.1' }
        : { mode, appToken: workspace.appToken }),
    },
  );
  onTestFinished(async () => {
    await inbound.stop();
    await workspace.close();
  });
  await inbound.start();
  return Object.assign(stage, {
    workspace,
    slack,
    messenger,
    accounts,
    inbound,
    port,
    ballots,
    observed,
    noted,
    takenBack,
    opened,
    records,
    async show(record = aRecord(), channel = 'C0APPROVALS') {
      records.set(record.id, record);
      const { ts, ...shown } = await messenger.post(record, channel);
      const message = workspace.history(channel).find(posted => posted.ts === ts);
      if (message === undefined) throw new Error('the card is not in the channel');
      records.set(record.id, {
        ...record,
        cards: [{ channel, ts, ...shown, postingSince: record.submittedAt, postedBy: 'test' }],
      });
      return message;
    },
  });
}

/** Nothing that concerns anybody. */
function homeOf(account: string): Home {
  const none = { items: [], count: 0 };
  return {
    account,
    who: { id: account, user: account, groups: [], kind: 'member' },
    waiting: { ...none, page: 0, pages: 1 },
    own: none,
    resolved: none,
    reviews: none,
    standing: none,
    isCut: false,
    isUnsure: false,
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
