// The default cast: a small company with every kind of user, group and channel that an app must tell apart.
import type { Channel, Team, User, Usergroup } from './entities.ts';

type Patch<T> = { readonly id: string } & Partial<T>;

export type WorkspaceSeed = {
  readonly team: Team;
  readonly enterpriseId?: string;
  readonly users: readonly Patch<User>[];
  readonly channels: readonly Patch<Channel>[];
  readonly usergroups: readonly Patch<Usergroup>[];
};

const everybody = [
  'U0ALICE',
  'U0BOB',
  'U0CAROL',
  'U0DAVE',
  'U0ERIN',
  'U0GRACE',
  'U0SAM',
  'U0ALEX1',
  'U0ALEX2',
  'U0DAN',
  'U0RELBOT',
  'U0APPUSER',
  'U0WORKFLOW',
  'W0GRID',
  'U0HIDDEN',
  'U0PENDING',
  'U0INVITED',
];
const staff = ['U0ALICE', 'U0BOB', 'U0CAROL', 'U0DAVE', 'U0ERIN', 'U0ALEX1', 'U0ALEX2'];
const bot = 'U0BOT';

export const acme: WorkspaceSeed = {
  team: { id: 'T0ACME', name: 'Acme', domain: 'acme' },
  users: [
    { id: 'U0ALICE', name: 'alice', real_name: 'Alice Arden', title: 'Release engineer', is_admin: true },
    { id: 'U0BOB', name: 'bob', real_name: 'Bob Birch', title: 'Database owner' },
    { id: 'U0CAROL', name: 'carol', real_name: 'Carol Cedar', title: 'Database owner, finance' },
    { id: 'U0DAVE', name: 'dave', real_name: 'Dave Dale', title: 'On-call SRE' },
    { id: 'U0ERIN', name: 'erin', real_name: 'Erin Elm', title: 'Product designer' },
    { id: 'U0ALEX1', name: 'alex', real_name: 'Alexander Ash', display_name: 'Alex', title: 'Support' },
    { id: 'U0ALEX2', name: 'alex.b', real_name: 'Alexandra Bay', display_name: 'Alex', title: 'Platform' },
    { id: 'U0GRACE', name: 'grace', real_name: 'Grace Grove', title: 'Contractor', is_restricted: true },
    {
      id: 'U0SAM',
      name: 'sam',
      real_name: 'Sam Stone',
      title: 'Auditor',
      is_restricted: true,
      is_ultra_restricted: true,
    },
    { id: 'U0MALLORY', name: 'mallory', real_name: 'Mallory Marsh', title: 'Works elsewhere', team_id: 'T0EVIL' },
    { id: 'U0ZED', name: 'zed', real_name: 'Zed Zenith', title: '', team_id: 'T0FAR', is_stranger: true },
    { id: 'U0DAN', name: 'dan', real_name: 'Dan Drift', title: 'Left last year', deleted: true },
    { id: 'U0RELBOT', name: 'release-bot', real_name: 'Release bot', is_bot: true },
    { id: 'U0APPUSER', name: 'app-user', real_name: 'App user', is_app_user: true },
    { id: 'U0WORKFLOW', name: 'workflow', real_name: 'Workflow', is_bot: true, is_workflow_bot: true },
    {
      id: 'W0GRID',
      name: 'gwen',
      real_name: 'Gwen Grid',
      title: 'Member of the whole enterprise',
      enterprise_user: { id: 'W0GRID', enterprise_id: 'E0GRID', teams: ['T0ACME'] },
    },
    { id: 'U0HIDDEN', name: 'hidden', real_name: 'Hidden Hill', is_invisible: true },
    { id: 'U0PENDING', name: 'pat', real_name: 'Pat Pending', is_email_confirmed: false },
    { id: 'U0INVITED', name: 'ivy', real_name: 'Ivy Invited', is_invited_user: true, is_email_confirmed: false },
  ],
  channels: [
    { id: 'C0APPROVALS', name: 'approvals', topic: 'Decisions that wait for people', members: [...everybody, bot] },
    { id: 'C0ONCALL', name: 'oncall', topic: 'Who holds the pager', members: [...staff, bot] },
    { id: 'C0SEC', name: 'security', topic: 'Security notices', members: [...staff, bot] },
    { id: 'C0FINANCE', name: 'finance', topic: 'Money in, money out', members: [...staff, bot] },
    { id: 'G0LEADS', name: 'leads', topic: 'Private', is_private: true, members: ['U0ALICE', 'U0CAROL', bot] },
    { id: 'C0ORG', name: 'org-wide', topic: 'Across the enterprise', is_org_shared: true, members: [...staff, bot] },
    {
      id: 'C0SHARED',
      name: 'with-partners',
      topic: 'Shared with another company',
      is_ext_shared: true,
      members: [...staff, 'U0MALLORY', bot],
    },
    {
      id: 'C0PENDING',
      name: 'soon-partners',
      topic: 'An invitation to another company is open',
      is_pending_ext_shared: true,
      members: [...staff, bot],
    },
    { id: 'C0NOBOT', name: 'no-bot', topic: 'The app is not here', members: staff },
    { id: 'C0ARCHIVED', name: 'archived', topic: 'Closed', is_archived: true, members: [...staff, bot] },
  ],
  usergroups: [
    { id: 'S0DBA', handle: 'db-owners', name: 'Database owners', users: ['U0BOB', 'U0CAROL'] },
    { id: 'S0FINANCE', handle: 'finance', name: 'Finance', users: ['U0CAROL', 'U0DAVE'] },
    { id: 'S0EMPTY', handle: 'nobody', name: 'Nobody yet', users: [] },
  ],
};
