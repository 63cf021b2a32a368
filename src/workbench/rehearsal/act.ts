// One step of a story, done with the verb that production does it with.
import { type Refusal, refuse } from '../../domain/refusal.ts';
import { submissionDigest } from '../../domain/submission.ts';
import { redeem } from '../../flow/redeem.ts';
import { cancel, castVote } from '../../flow/resolve.ts';
import { closeReview } from '../../flow/review.ts';
import { revoke } from '../../flow/revoke.ts';
import { revokeByAccount } from '../../flow/standing.ts';
import { ballotOf, ofMember, slackAccountOf, slackEvidence } from './ballot.ts';
import type { RehearsedGrants } from './grants.ts';
import type { House } from './installation.ts';
import type { Step } from './step.ts';

/** What was done, in a word, or why not; nothing where nobody asked for anything. `key` names the gesture. */
export async function act(
  house: House,
  step: Step,
  { key, grants }: { readonly key: string; readonly grants: RehearsedGrants },
): Promise<string | Refusal | undefined> {
  const { service } = house;
  const ports = house.ports();
  const record = await house.current();
  const { id } = record;
  switch (step.kind) {
    case 'wait':
    case 'until':
      return undefined;
    case 'answer': {
      const { directory } = ports;
      const ballot = ballotOf(step, { id, directory, now: house.now(), key });
      house.sayOf(ballot.account, step);
      return done(await castVote(ports, ballot), 'counted');
    }
    case 'cancel':
      return done(await cancel(ports, { id, service: service.id }), 'cancelled');
    case 'revoke':
      return done(await revoke(ports, { id, service: service.id }), 'revoked');
    case 'end_standing': {
      const account = slackAccountOf(ports.directory, step.by);
      const evidence = slackEvidence(account, house.now());
      const call = { id: record.gaveStanding?.id ?? '', account, evidence };
      return done(await revokeByAccount({ ...ports, accounts: ofMember }, call), 'ended');
    }
    case 'review': {
      const account = slackAccountOf(ports.directory, step.by);
      const evidence = slackEvidence(account, house.now());
      const call = { id, account, note: step.note, key, surface: 'slack', evidence } as const;
      return done(await closeReview({ ...ports, accounts: ofMember }, call), 'reviewed');
    }
    case 'redeem': {
      const grant = grants.mint(record);
      if (grant === undefined) return refuse('not_approved', record);
      const digest = submissionDigest(step.acting ?? record.submission);
      const call = { service: step.service ?? service.id, digest, key, grant };
      return done(await redeem({ ...ports, openGrant: grants.open }, call), 'redeemed');
    }
    case 'submit': {
      const admission = await house.ask(step.submission);
      return admission.kind === 'refusal' ? admission : undefined;
    }
    case 'people':
      house.changePeople(step.people);
      return undefined;
    case 'data':
      house.changeData(step.data);
      return undefined;
    default:
      return step satisfies never;
  }
}

function done(reply: { readonly kind: string } | Refusal, word: string): string | Refusal {
  return 'code' in reply ? reply : word;
}
