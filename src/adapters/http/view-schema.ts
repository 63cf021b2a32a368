// The view as a schema, for the API's description; the compiler holds it against the domain's type.
import { z } from 'zod';
import type { RequestView } from '../../contract/request-view.ts';
import { reasonSchema, stageSchema } from '../../domain/decision.ts';
import { type Status, statuses } from '../../domain/lifecycle.ts';
import { submissionSchema } from '../../domain/submission-schema.ts';

const submitted = submissionSchema.shape;
const time = z.iso.datetime();

const voteSchema = z.object({
  by: z.string().meta({ description: 'The person.' }),
  account: z.string(),
  vote: z.enum(['approve', 'deny']),
  reason: z.string().optional(),
  at: time,
  surface: z.enum(['slack', 'cli', 'api']),
  card: z.string().optional().meta({ description: 'Hash of the card that the person was shown.' }),
  standing: z
    .union([
      z.object({ duration: z.string(), uses: z.int() }).meta({
        description: 'The wish that later requests of this kind pass too; gave_standing says what came of it.',
      }),
      z.object({ id: z.string(), request: z.string() }).meta({
        description: 'The vote was given with that request, and this standing approval kept it.',
      }),
    ])
    .optional(),
  counted: z.boolean(),
  code: z.string().optional().meta({ description: 'Why policy does not count it.' }),
});

export const statusSchema = z.enum(statuses as [Status, ...Status[]]);

export const viewSchema = z.object({
  id: z.string(),
  version: z.int().meta({ description: 'Grows with every change; the higher is the newer.' }),
  status: statusSchema,
  resolved_by: z.enum(['policy', 'people', 'clock', 'requester', 'system']).optional(),
  resolved_at: time.optional(),
  resolution_reason: z.string().optional(),
  action: submitted.action,
  user: submitted.user,
  actor: z.object({ type: z.string(), id: z.string(), owner: z.string().optional() }).catchall(z.json()).optional(),
  resource: submitted.resource,
  params: submitted.params,
  context: submitted.context,
  reason: submitted.reason,
  emergency: z.boolean().optional(),
  sensitive: z
    .array(z.string())
    .optional()
    .meta({ description: 'JSON pointers to values that the requester hides; digests stand in their place.' }),
  must_show: z
    .array(z.string())
    .optional()
    .meta({ description: 'Hidden values that policy wants shown: while it is pending, nobody can approve it.' }),
  digest: z.string().meta({ description: 'SHA-256 over the canonical JSON of action, user, actor, resource, params.' }),
  service: z.object({
    id: z.string(),
    auth: z.enum(['api_key', 'queue_key', 'workload']),
    workload: z
      .object({ issuer: z.string(), claims: z.record(z.string(), z.string()) })
      .optional()
      .meta({ description: 'What the token of a job’s platform said, as far as the directory shows it.' }),
  }),
  reasons: z.array(reasonSchema),
  stages: z.array(stageSchema),
  severity: z.string().optional(),
  surfaces: z.array(z.string()).optional().meta({ description: 'Where people may approve; absent: everywhere.' }),
  standing_offer: z
    .object({ max_duration: z.string(), max_uses: z.int(), any_params: z.boolean().optional() })
    .optional()
    .meta({
      description: 'The most that a vote may give for later requests; while it is pending, where policy offers it.',
    }),
  escalated_at: time.optional(),
  policy_change: z.object({ at: time, words: z.string() }).optional(),
  standing: z.string().optional().meta({ description: 'The standing approval that let it pass.' }),
  gave_standing: z
    .object({
      id: z.string(),
      by: z.string(),
      expires_at: time,
      max_uses: z.int(),
      revoked_by: z.string().optional(),
    })
    .optional()
    .meta({ description: 'The standing approval that was given with it.' }),
  review: z
    .object({
      status: z.enum(['open', 'closed']),
      due_at: time,
      closed_by: z.string().optional(),
      closed_at: time.optional(),
      note: z.string().optional(),
    })
    .optional()
    .meta({ description: 'What policy let pass at once and wants looked at afterwards.' }),
  grant: z.string().optional().meta({ description: 'Signed (compact JWS), while there is something left to redeem.' }),
  uses: z.int().optional().meta({ description: 'How often the approval was used.' }),
  revoked: z.object({ by: z.string(), at: time, reason: z.string().optional() }).optional(),
  votes: z.array(voteSchema),
  submitted_at: time,
  expires_at: time,
  policy: z.object({ revision: z.string().optional(), decision_id: z.string().optional() }).optional(),
  slack: z.object({ channel: z.string(), ts: z.string() }).optional(),
  trouble: z.string().optional().meta({
    description: 'Why a pending request has no answer from policy yet, or why nobody can approve it as things stand.',
  }),
});

export const leftOutSchema = z.int().optional().meta({
  description:
    'How many could not be read here, for a newer version wrote them. Absent where none is; ask again in a minute.',
});

export const pageSchema = z.object({
  items: z.array(viewSchema),
  next_cursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
  left_out: leftOutSchema,
});

/** Every member of the view is described, and nothing is described that the view lacks. */
type Described = Record<keyof RequestView, unknown>;
export const viewMembers: Described = viewSchema.shape;
type Undescribed = Exclude<keyof typeof viewSchema.shape, keyof RequestView>;
export const noFurtherMembers: [Undescribed] extends [never] ? true : never = true;
