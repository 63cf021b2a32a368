// The decisions of a request as a schema, for the API's description.
import { z } from 'zod';

const said = { at: z.iso.datetime(), outcome: z.string(), revision: z.string().optional() };

export const decisionsSchema = z.object({
  items: z.array(
    z.object({
      match: z.enum(['matched', 'differs', 'only_ours', 'only_opa']).meta({
        description:
          'Whether OPA logged what the audit has. differs: another outcome or revision. only_ours: OPA’s log is off, late or lost. only_opa: asked and not recorded, as after a timeout or a lost race.',
      }),
      ours: z
        .object({ ...said, seq: z.int(), phase: z.string(), decision_id: z.string().optional() })
        .optional()
        .meta({ description: 'The audit entry.' }),
      opa: z
        .object({
          ...said,
          outcome: said.outcome.optional(),
          decision_id: z.string(),
          path: z.string(),
          phase: z.string().optional(),
          error: z.string().optional().meta({ description: 'The class of an error; never its words.' }),
          took_ms: z.number().optional(),
        })
        .optional()
        .meta({ description: 'What OPA logged.' }),
    }),
  ),
});
