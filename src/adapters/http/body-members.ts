// Members that several bodies have.
import { z } from 'zod';

export const digestSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, { error: 'is not sha256: and 64 lower-case hex digits.' });

export const surfaceSchema = z
  .enum(['api', 'cli'])
  .default('api')
  .meta({ description: 'Where the person answers; policy may allow only some places.' });
