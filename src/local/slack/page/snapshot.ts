// What the page is told: the workspace as one person sees it, as plain data.
import type { App, Ephemeral, Message, OpenView, Team, User, View } from '../entities.ts';

export type Someone = Pick<
  User,
  | 'id'
  | 'name'
  | 'real_name'
  | 'display_name'
  | 'title'
  | 'team_id'
  | 'deleted'
  | 'is_admin'
  | 'is_bot'
  | 'is_app_user'
  | 'is_workflow_bot'
  | 'is_restricted'
  | 'is_ultra_restricted'
  | 'is_stranger'
  | 'is_invited_user'
  | 'is_email_confirmed'
  | 'is_invisible'
> & { readonly isEnterprise: boolean };

export type ListedChannel = {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly kind: 'public' | 'private' | 'dm';
  readonly isArchived: boolean;
  readonly sharing: 'none' | 'external' | 'pending' | 'org';
  readonly memberCount: number;
  readonly isMember: boolean;
};

type Shortcut = { readonly callback_id: string; readonly name: string };

/** What the demo offers in the composer and at messages; Slack reads these from the app's manifest. */
export type Hints = {
  readonly commands: readonly { readonly command: string; readonly description: string }[];
  readonly shortcuts: readonly Shortcut[];
  /** Those that people find at a message. */
  readonly messageShortcuts: readonly Shortcut[];
};

export type Snapshot = {
  /** Another one after every start of the workspace, so that nothing is remembered across them. */
  readonly bootId: string;
  readonly me: Someone;
  readonly team: Team;
  readonly app: App;
  readonly isAppConnected: boolean;
  readonly hints: Hints;
  readonly users: Readonly<Record<string, Someone>>;
  readonly usergroups: Readonly<Record<string, string>>;
  readonly channelNames: Readonly<Record<string, string>>;
  readonly channels: readonly ListedChannel[];
  readonly messages: Readonly<Record<string, readonly Message[]>>;
  readonly ephemerals: readonly Ephemeral[];
  readonly modals: readonly OpenView[];
  readonly home?: View;
};

export type Values = Readonly<Record<string, string | readonly string[]>>;

export type Act =
  | {
      readonly act: 'click';
      readonly where: { readonly channel: string; readonly ts: string } | { readonly viewId: string };
      readonly action: string;
      readonly value?: string | readonly string[];
      readonly values?: Values;
    }
  | { readonly act: 'submit'; readonly viewId: string; readonly values: Values }
  | { readonly act: 'close'; readonly viewId: string; readonly all?: boolean }
  | { readonly act: 'home' }
  | { readonly act: 'command'; readonly line: string; readonly channel: string }
  | {
      readonly act: 'shortcut';
      readonly callbackId: string;
      readonly message?: { readonly channel: string; readonly ts: string };
    }
  | { readonly act: 'say'; readonly channel: string; readonly text: string; readonly threadTs?: string };

export type ActResult = {
  readonly ok: boolean;
  readonly failure?: string;
  readonly errors?: Readonly<Record<string, string>>;
};
