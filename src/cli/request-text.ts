// A request as a person reads it in a terminal.

import type { AnyView } from '../client/index.ts';
import { reasonWords } from '../domain/decision.ts';
import { aligned, type Paint, painter, plain, type Stream } from './screen.ts';

const MARKS: { readonly [status in AnyView['status']]: readonly [string, Paint] } = {
  pending: ['…', 'yellow'],
  approved: ['✓', 'green'],
  denied: ['✗', 'red'],
  expired: ['∅', 'yellow'],
  cancelled: ['–', 'dim'],
  failed: ['!', 'red'],
};

/** `✓ approved by people: bob, carol`. The word is always there; the mark and its colour are extras. */
export function headline(view: AnyView, stream: Stream): string {
  const [mark, colour] = MARKS[view.status];
  const paint = painter(stream);
  const by = view.resolved_by === undefined ? '' : ` by ${view.resolved_by}`;
  const people = counted(view);
  const names = view.resolved_by === 'people' && people.length > 0 ? `: ${people.join(', ')}` : '';
  const since = view.revoked === undefined ? '' : `, ${paint('taken back since', 'yellow')}`;
  return `${paint(`${mark} ${view.status}`, colour)}${by}${names}${since}`;
}

/** Who waits for whom: `Bucket owners 1 of 2`. */
export function progress(view: AnyView): string {
  if (view.stages.length === 0) return plain(view.trouble ?? 'policy is asked');
  return view.stages.map(({ id, title, have, quorum }) => `${plain(title ?? id)} ${have} of ${quorum}`).join(', ');
}

/** Everything that matters, a line each. */
export function portrait(view: AnyView, stream: Stream): string[] {
  const { user, actor, resource } = view;
  const rows: [string, string | undefined][] = [
    ['id', view.id],
    ['action', plain(view.action)],
    ['resource', `${plain(resource.type)} ${plain(resource.id)}${further(resource)}`],
    ['user', `${plain(user.id)}${further(user)}`],
    ['actor', actor === undefined ? undefined : `${plain(actor.type)} ${plain(actor.id)}${further(actor)}`],
    ['params', view.params === undefined ? undefined : plain(JSON.stringify(view.params))],
    ['context', view.context === undefined ? undefined : plain(JSON.stringify(view.context))],
    ['hidden', hiddenLine(view)],
    [
      'emergency',
      view.emergency === true ? 'requested: go ahead without approval, and review it afterwards' : undefined,
    ],
    ['reason', view.reason === undefined ? undefined : plain(view.reason)],
    ['policy', policyLine(view)],
    ['hint', hintLine(view)],
    ['waits for', view.status === 'pending' ? progress(view) : undefined],
    ['in advance', offerLine(view)],
    ['because', because(view)],
    ['asked', view.submitted_at],
    ['expires', view.status === 'pending' ? view.expires_at : undefined],
    ['resolved', view.resolved_at],
    ['taken back', revokedLine(view)],
    ['review', reviewLine(view)],
    ['digest', view.digest],
  ];
  const present = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return [headline(view, stream), ...aligned(present, '  '), ...votes(view)];
}

/** What an answer has made of a request that its person has just read: how it stands, and whose word is missing. */
export function outcome(view: AnyView, stream: Stream): string[] {
  const rows: [string, string | undefined][] = [
    ['id', view.id],
    ['waits for', view.status === 'pending' ? progress(view) : undefined],
    ['because', because(view)],
  ];
  const present = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return [headline(view, stream), ...aligned(present, '  '), ...votes(view)];
}

/** The other members: whoever approves, approves them too. */
function further({ type: _type, id: _id, ...rest }: { readonly type?: unknown; readonly id: string }): string {
  return Object.keys(rest).length === 0 ? '' : ` ${plain(JSON.stringify(rest))}`;
}

/** In a line of its own: what stands among the values anybody could have sent. */
function hiddenLine({ sensitive = [], must_show: mustShow = [] }: AnyView): string | undefined {
  if (sensitive.length === 0) return undefined;
  const which = `by the requester, digests in their place: ${sensitive.map(plain).join(', ')}`;
  if (mustShow.length === 0) return which;
  const remedy = 'nobody can approve it so; submit it again with those shown';
  return `${which}. Policy wants ${mustShow.map(plain).join(', ')} shown: ${remedy}`;
}

function revokedLine({ revoked, uses = 0 }: AnyView): string | undefined {
  if (revoked === undefined) return undefined;
  const late = uses === 0 ? '' : ', after it had been used';
  return `by ${plain(revoked.by.replace(/^service:/, 'the service '))} at ${revoked.at}${late}${revoked.reason === undefined ? '' : `: ${plain(revoked.reason)}`}`;
}

function offerLine({ standing_offer: offer, stages }: AnyView): string | undefined {
  if (offer === undefined) return undefined;
  const isShared = stages.reduce((sum, { quorum }) => sum + quorum, 0) > 1;
  const ifAll = isShared ? ', if everybody who approves says so' : '';
  const which = offer.any_params === true ? 'whatever their parameters' : 'with the same parameters';
  return `approve --for and --uses also lets later ones pass, ${which}: at most ${plain(offer.max_duration)}, ${times(offer.max_uses)}${ifAll}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function reviewLine({ review }: AnyView): string | undefined {
  if (review === undefined) return undefined;
  const { status, due_at, closed_by, closed_at, note } = review;
  return status === 'open'
    ? `open, due ${due_at}`
    : `closed by ${plain(closed_by ?? '')} at ${closed_at}: ${plain(note ?? '')}`;
}

function votes(view: AnyView): string[] {
  const rows = view.votes.map(({ by, vote, counted: isCounted, code, reason, at, standing }) => [
    plain(by),
    isCounted ? vote : `${vote} (not counted: ${plain(code ?? 'policy does not say why')})`,
    standing === undefined ? at : `${at}, ${standingWords(standing)}`,
    reason === undefined ? '' : plain(reason),
  ]);
  return rows.length === 0 ? [] : ['  votes', ...aligned(rows, '    ')];
}

function standingWords(standing: NonNullable<AnyView['votes'][number]['standing']>): string {
  return 'id' in standing
    ? `with ${plain(standing.request)}, kept by ${plain(standing.id)}`
    : `for ${plain(standing.duration)} and ${standing.uses} more`;
}

function counted(view: AnyView): string[] {
  const wanted = view.status === 'denied' ? 'deny' : 'approve';
  return view.votes.filter(({ vote, counted: isCounted }) => isCounted && vote === wanted).map(({ by }) => plain(by));
}

/** What ended it, where that is not policy's own words over again. */
function because(view: AnyView): string | undefined {
  const said = view.resolution_reason === undefined ? undefined : plain(view.resolution_reason);
  return said === policyLine(view) ? undefined : said;
}

/** What the requester can do about it; approvers are shown the reasons alone. */
function hintLine(view: AnyView): string | undefined {
  const said = view.reasons.flatMap(({ hint }) => (hint === undefined ? [] : [plain(hint)]));
  return said.length === 0 ? undefined : said.join('; ');
}

function policyLine(view: AnyView): string | undefined {
  return view.reasons.length === 0 ? undefined : plain(reasonWords(view.reasons));
}
