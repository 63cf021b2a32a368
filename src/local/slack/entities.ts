// The nouns of a Slack workspace, with the field names Slack itself puts on the wire.

export type Block = { readonly type: string; readonly block_id?: string; readonly [field: string]: unknown };
export type Attachment = {
  readonly color?: string;
  readonly blocks?: readonly Block[];
  readonly [field: string]: unknown;
};

export type User = {
  readonly id: string;
  readonly team_id: string;
  readonly name: string;
  readonly real_name: string;
  readonly display_name: string;
  readonly title: string;
  readonly email?: string;
  readonly tz: string;
  readonly deleted: boolean;
  readonly is_admin: boolean;
  readonly is_owner: boolean;
  readonly is_bot: boolean;
  readonly is_app_user: boolean;
  readonly is_workflow_bot: boolean;
  readonly is_restricted: boolean;
  readonly is_ultra_restricted: boolean;
  readonly is_stranger: boolean;
  readonly is_invited_user: boolean;
  readonly is_email_confirmed: boolean;
  /** users.info answers `user_not_visible` for this one. */
  readonly is_invisible: boolean;
  readonly enterprise_user?: { readonly id: string; readonly enterprise_id: string; readonly teams: readonly string[] };
};

export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly is_private: boolean;
  readonly is_im: boolean;
  readonly is_archived: boolean;
  readonly is_ext_shared: boolean;
  readonly is_pending_ext_shared: boolean;
  readonly is_org_shared: boolean;
  readonly members: readonly string[];
  /** The person at the other end, in a DM with the app. */
  readonly user?: string;
};

export type Usergroup = {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
  readonly disabled: boolean;
};

export type Metadata = { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> };
export type Reaction = { readonly name: string; readonly users: readonly string[] };

export type Message = {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly bot_id?: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly attachments: readonly Attachment[];
  readonly thread_ts?: string;
  readonly metadata?: Metadata;
  readonly edited?: { readonly user: string; readonly ts: string };
  readonly reactions: readonly Reaction[];
};

export type Ephemeral = {
  readonly channel: string;
  readonly ts: string;
  /** Who alone can see it. */
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly attachments: readonly Attachment[];
  readonly thread_ts?: string;
  readonly ephemeral: true;
};

export type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji?: boolean };

export type View = {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly user: string;
  readonly callback_id: string;
  readonly title: PlainText | null;
  readonly submit: PlainText | null;
  readonly close: PlainText | null;
  readonly blocks: readonly Block[];
  readonly private_metadata: string;
  readonly external_id: string;
  readonly clear_on_close: boolean;
  readonly notify_on_close: boolean;
  readonly hash: string;
  readonly root_view_id: string;
  readonly previous_view_id: string | null;
  /** Errors the app answered at the last submission, by block_id. */
  readonly errors: Readonly<Record<string, string>>;
};
export type OpenView = View;

export type App = {
  readonly id: string;
  readonly name: string;
  readonly botId: string;
  readonly botUserId: string;
};

export type Team = { readonly id: string; readonly name: string; readonly domain: string };

export type ApiCall = {
  readonly at: number;
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly tokenKind: 'bot' | 'app' | 'none' | 'unknown';
  /** Absent when the connection was dropped before an answer. */
  readonly status?: number;
  readonly ok: boolean;
  readonly error?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly fault?: string;
};
