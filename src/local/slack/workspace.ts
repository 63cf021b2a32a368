// A local Slack workspace: a real server that answers, limits and misbehaves as Slack does. For demos and tests only.
import { randomBytes } from 'node:crypto';
import { acme, type WorkspaceSeed } from './acme.ts';
import { type Changes, createChanges } from './changes.ts';
import { createClock } from './clock.ts';
import { createEvents, DEFAULT_EVENTS } from './delivery/events.ts';
import { createHttpDelivery } from './delivery/http.ts';
import { createSocketMode } from './delivery/socket-mode.ts';
import type { ApiCall, Channel, Ephemeral, Message, OpenView, User, View } from './entities.ts';
import { createFaults, type Fault, type FaultOptions } from './faults.ts';
import type { Person } from './interactions/acts.ts';
import { createPerson } from './interactions/person.ts';
import { repliesTo, topLevel } from './messages.ts';
import type { Hints } from './page/snapshot.ts';
import { createPage } from './page-server.ts';
import { createRateLimits } from './rate-limits.ts';
import { respondTo } from './response-url.ts';
import { listen, serve, urlOf } from './server.ts';
import { createState, directChannel, findChannel, findUser } from './state.ts';
import { stackOf } from './views.ts';
import { createTokens, DEFAULT_SCOPES, type TokenState } from './web-api/tokens.ts';
import { createWindows } from './windows.ts';
import { createWorldChanges, type WorldChanges } from './world-changes.ts';

export { acme, type WorkspaceSeed } from './acme.ts';
export type * from './entities.ts';
export type { Fault, FaultOptions } from './faults.ts';
export type * from './interactions/acts.ts';
export type { Values } from './interactions/elements.ts';
export { type Button, buttonsOf, visibleText } from './reading.ts';

export type WorkspaceOptions = {
  readonly port?: number;
  readonly host?: string;
  /** Milliseconds; drives timestamps, windows, rate limits and event retries. */
  readonly now?: () => number;
  readonly seed?: WorkspaceSeed;
  readonly delivery?: { readonly mode: 'socket' } | { readonly mode: 'http'; readonly url: string };
  /** Off only for load tests. */
  readonly rateLimits?: boolean;
  readonly scopes?: readonly string[];
  /** The bot events the app has subscribed to. */
  readonly events?: readonly string[];
  readonly appName?: string;
  /** Commands and shortcuts the page offers to people; Slack reads them from the app's manifest. */
  readonly hints?: Partial<Hints>;
  /** Fixed tokens, for an app whose configuration is written before the workspace runs. */
  readonly tokens?: { readonly bot?: string; readonly app?: string; readonly signingSecret?: string };
};

export type Workspace = WorldChanges & {
  readonly url: string;
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly teamId: string;
  readonly botUserId: string;
  readonly channel: (nameOrId: string) => Channel;
  readonly user: (nameOrId: string) => User;
  /** Oldest first, top-level messages only. */
  readonly history: (channelNameOrId: string) => readonly Message[];
  readonly thread: (channel: string, ts: string) => readonly Message[];
  readonly directMessages: (user: string) => readonly Message[];
  readonly ephemerals: (user: string) => readonly Ephemeral[];
  /** The stack of open modals, top last. */
  readonly modals: (user: string) => readonly OpenView[];
  readonly home: (user: string) => View | undefined;
  readonly calls: readonly ApiCall[];
  readonly as: (user: string) => Person;
  readonly inject: (method: string, fault: Fault, options?: FaultOptions) => void;
  readonly clearFaults: () => void;
  readonly removeScope: (scope: string) => void;
  readonly addScope: (scope: string) => void;
  readonly setToken: (kind: 'bot' | 'app', state: TokenState) => void;
  readonly until: Changes['until'];
  readonly onChange: (listener: () => void) => () => void;
  readonly connections: () => number;
  readonly disconnectSockets: (reason?: string) => void;
  readonly close: () => Promise<void>;
};

export async function openWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const seed = options.seed ?? acme;
  const clock = createClock(options.now ?? Date.now);
  const calls: ApiCall[] = [];
  const changes = createChanges(() => describeCalls(calls));
  const app = { id: 'A0APP', botId: 'B0BOT', botUserId: 'U0BOT', name: options.appName ?? 'Approvals' };
  const state = createState(seed, app, clock, changes.changed);
  const server = await listen(options.host ?? '127.0.0.1', options.port ?? 0);
  const url = urlOf(server);

  const secret = (prefix: string): string => `${prefix}${randomBytes(12).toString('hex')}`;
  const botToken = options.tokens?.bot ?? secret('xoxb-local-');
  const appToken = options.tokens?.app ?? secret(`xapp-1-${app.id}-`);
  const signingSecret = options.tokens?.signingSecret ?? secret('');
  const tokens = createTokens(botToken, appToken, options.scopes ?? DEFAULT_SCOPES);
  const windows = createWindows(clock.now, state.team.id);
  const faults = createFaults();
  const rateLimits = options.rateLimits === false ? undefined : createRateLimits(clock.now);

  const sockets = createSocketMode(app.id, changes.changed, () => events.flush());
  const delivery = options.delivery ?? { mode: 'socket' };
  const transport = delivery.mode === 'socket' ? sockets : createHttpDelivery(delivery.url, signingSecret);
  const events = createEvents(state, transport, new Set(options.events ?? DEFAULT_EVENTS), tokens.scopes);
  const world = { state, windows, transport, events, url };
  const as = (user: string): Person => createPerson(world, findUser(state, user).id);

  const context = {
    state,
    windows,
    workspaceUrl: url,
    openSocketUrl: () => sockets.issueUrl(url.replace('http', 'ws')),
  };
  const page = createPage({
    state,
    as,
    subscribe: changes.subscribe,
    isAppConnected: () => delivery.mode === 'http' || sockets.connectionCount() > 0,
    hints: { commands: [], shortcuts: [], messageShortcuts: [], ...options.hints },
  });
  serve(server, {
    desk: { faults, rateLimits, tokens, context, calls },
    respond: (path, body) => respondTo(state, windows, path, body),
    accept: sockets.accept,
    page: page.handle,
  });

  return {
    ...createWorldChanges(state, events),
    url,
    apiUrl: `${url}/api/`,
    botToken,
    appToken,
    signingSecret,
    teamId: state.team.id,
    botUserId: app.botUserId,
    channel: name => findChannel(state, name),
    user: name => findUser(state, name),
    history: name => topLevel(state, findChannel(state, name).id),
    thread: (name, ts) => repliesTo(state, findChannel(state, name).id, ts),
    directMessages: user => topLevel(state, directChannel(state, findUser(state, user).id).id),
    ephemerals: user => state.ephemerals.filter(one => one.user === findUser(state, user).id),
    modals: user => stackOf(state, findUser(state, user).id),
    home: user => state.homes.get(findUser(state, user).id),
    calls,
    as,
    inject: faults.inject,
    clearFaults: faults.clear,
    removeScope: scope => void tokens.scopes.delete(scope),
    addScope: scope => void tokens.scopes.add(scope),
    setToken: tokens.setState,
    until: changes.until,
    onChange: changes.subscribe,
    connections: sockets.connectionCount,
    disconnectSockets: (reason = 'refresh_requested') => sockets.disconnectAll(reason),
    async close() {
      clock.stop();
      page.close();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) => server.close(error => (error ? reject(error) : resolve())));
    },
  };
}

const CALLS_TOLD = 8;

function describeCalls(calls: readonly ApiCall[]): string {
  const lines = calls
    .slice(-CALLS_TOLD)
    .map(call => `  ${call.method} ${call.ok ? 'ok' : (call.error ?? call.fault ?? 'dropped')}`);
  return lines.length === 0
    ? 'The app has called no method so far.'
    : `The last calls of the app were\n${lines.join('\n')}`;
}
