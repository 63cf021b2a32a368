// The words and glyphs of a request: what it is about, how it stands, how grave it is. Never colour alone.
import type { Status } from '../../../domain/lifecycle.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import type { Submission } from '../../../domain/submission.ts';
import { shortened } from '../../../domain/visible.ts';

export const STATUS_WORDS: { readonly [status in Status]: { readonly glyph: string; readonly word: string } } = {
  pending: { glyph: '⏳', word: 'Approval needed' },
  approved: { glyph: '✅', word: 'Approved' },
  denied: { glyph: '⛔', word: 'Denied' },
  expired: { glyph: '⌛', word: 'Expired' },
  cancelled: { glyph: '🚫', word: 'Cancelled' },
  failed: { glyph: '⚠️', word: 'Failed' },
};

const SEVERITY_GLYPHS = new Map([
  ['low', '🟢'],
  ['medium', '🟡'],
  ['high', '🟠'],
  ['critical', '🔴'],
]);

/** What Slack takes as a header. */
export const HEADER_BYTES = 150;

/** Names where it is done, unless the requester hides that. */
export const ENVIRONMENT = '/resource/environment';

/** "deploy service payments-api in prod": the verb and what it is done to. */
export function subject({ action, resource, sensitive = [] }: Submission): string {
  const isNamedByAction = action
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .includes(resource.type.toLowerCase());
  const target = isNamedByAction ? resource.id : `${resource.type} ${resource.id}`;
  const where = sensitive.includes(ENVIRONMENT) ? undefined : environment(resource);
  return `${action} ${target}${where === undefined ? '' : ` in ${where}`}`;
}

/** Where policy did not let it pass, in words for whoever asked and whoever is asked. */
export const EMERGENCY_DECLINED = 'Requested as an emergency; policy still wants approval';

/** A title that says action, resource and environment, each as one word that can be taken for nothing else. */
export function isSaidInFull(title: string, { action, resource, sensitive = [] }: Submission): boolean {
  const where = environment(resource);
  const parts = [action, resource.type, resource.id, ...(where === undefined ? [] : [where])];
  const said = `${action} ${resource.type} ${resource.id}${where === undefined ? '' : ` in ${where}`}`;
  const isEnvironmentKnown = where !== undefined || resource.environment === undefined;
  const isHidden = sensitive.some(pointer => pointer.startsWith(ENVIRONMENT));
  return isEnvironmentKnown && !isHidden && parts.every(part => ONE_WORD.test(part)) && title.endsWith(`: ${said}`);
}

/** No blanks, no quotes, nothing that would read as a cut or as an escape. */
const ONE_WORD = /^[\p{L}\p{N}](?:[\p{L}\p{N}._:/@#+-]*[\p{L}\p{N}])?$/u;

export function environment(resource: Submission['resource']): string | undefined {
  return typeof resource.environment === 'string' && resource.environment !== '' ? resource.environment : undefined;
}

/** "Approval needed: deploy service payments-api in prod", or how it ended. */
export function headline(record: RequestRecord, maxBytes = HEADER_BYTES): string {
  return shortened(`${statusWord(record)}: ${subject(record.submission)}`, maxBytes);
}

/** What nobody approved is not called approved, nor what does not stand any more. */
function statusWord(record: RequestRecord): string {
  if (record.revoked !== undefined) return 'Taken back';
  return isEmergency(record) ? 'Emergency' : STATUS_WORDS[record.status].word;
}

/** Whether glass was broken: nobody approved it. Policy may also want reviewed what people approved. */
export function isEmergency({ review, submission, resolution, votes }: RequestRecord): boolean {
  const isApproved = resolution?.by === 'people' || votes.some(({ counted, vote }) => counted && vote === 'approve');
  return review !== undefined && submission.emergency === true && !isApproved;
}

export function severityWords(severity: string): string {
  const glyph = SEVERITY_GLYPHS.get(severity.toLowerCase()) ?? '◆';
  const word = shortened(severity, 30);
  return `${glyph} ${word.charAt(0).toUpperCase()}${word.slice(1)} severity`;
}

/** How a review is closed, in words that can be copied. */
export function closing(id: string): string {
  return `countersign review close ${id} --note "…"`;
}

/** Who asked, and for whom. */
export function askerOf({ user, actor }: RequestRecord['submission']): string {
  return actor === undefined ? user.id : `${actor.id} for ${user.id}`;
}
