// The app as Slack must be told of it: what it may do, what it hears of, and where people find it.
// Shape: https://docs.slack.dev/reference/app-manifest

type Asked = { readonly name: string; readonly for: string };

/** Without one of these it does not work. */
export const SCOPES: readonly Asked[] = [
  { name: 'chat:write', for: 'cards and lines below them' },
  { name: 'commands', for: '/approvals and shortcuts' },
  { name: 'im:write', for: 'direct messages' },
  { name: 'users:read', for: 'who clicked' },
  { name: 'usergroups:read', for: 'who is in a user group that approves' },
  { name: 'channels:read', for: 'whether a channel is shared with others, and who is in it' },
  { name: 'groups:read', for: 'the same of private channels' },
];

/** Without one of these it works, except for what each is for. An administrator may leave them out. */
export const OPTIONAL_SCOPES: readonly Asked[] = [
  { name: 'users:read.email', for: 'knowing people by an address they have confirmed' },
  { name: 'channels:history', for: 'finding a card whose posting was not answered, and telling who types an answer' },
  { name: 'groups:history', for: 'the same in private channels' },
  { name: 'im:history', for: 'finding a direct message whose posting was not answered' },
  { name: 'chat:write.public', for: 'posting in public channels that it was not invited to' },
];

export const EVENTS = [
  'app_home_opened',
  'user_change',
  'subteam_members_changed',
  'message.channels',
  'message.groups',
] as const;

export const PATH = '/slack/events';

export type ManifestOptions = {
  /** Where Slack reaches it over HTTPS: `approvals.example.com`. Left out: Socket Mode. */
  readonly host?: string;
  readonly name?: string;
  /** Leaves out what hears of messages: then a typed "lgtm" is not answered. */
  readonly isDeaf?: boolean;
};

export function appManifest({ host, name = 'Countersign', isDeaf = false }: ManifestOptions = {}) {
  const url = host === undefined ? undefined : `https://${host}${PATH}`;
  const optional = OPTIONAL_SCOPES.map(({ name }) => name);
  return {
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: {
      name,
      description: 'Approve or deny pending actions just in time',
      background_color: '#1d1c1d',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: name, always_online: true },
      shortcuts: [
        {
          name: 'How approvals work',
          type: 'global',
          callback_id: 'open_queue',
          description: 'Who is asked here, and what your answer does',
        },
        {
          name: 'Why?',
          type: 'message',
          callback_id: 'why',
          description: 'On a card: which rules spoke, what each answer counts for, what is still needed',
        },
      ],
      slash_commands: [
        {
          command: '/approvals',
          description: 'What waits for you, your requests, and how approvals work here',
          usage_hint: 'list | mine | show ID | why ID | cancel ID | remind ID | link CODE | help',
          should_escape: false,
          ...(url === undefined ? {} : { url }),
        },
      ],
    },
    oauth_config: { scopes: { bot: [...SCOPES.map(({ name }) => name), ...optional], bot_optional: optional } },
    settings: {
      event_subscriptions: {
        bot_events: EVENTS.filter(event => !isDeaf || !event.startsWith('message.')),
        ...(url === undefined ? {} : { request_url: url }),
      },
      interactivity: { is_enabled: true, ...(url === undefined ? {} : { request_url: url }) },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}
