// The API as one table: what Fastify serves and what /openapi.json says are both made from it. A resource is a file and a line.
import type { Routes } from './route.ts';
import { decisions } from './routes/decisions.ts';
import { links } from './routes/links.ts';
import { operations } from './routes/operations.ts';
import { reading } from './routes/reading.ts';
import { redemption } from './routes/redemption.ts';
import { requests } from './routes/requests.ts';
import { reviews } from './routes/reviews.ts';
import { standing } from './routes/standing.ts';
import { tokens } from './routes/tokens.ts';
import { votes } from './routes/votes.ts';

export const routes: Routes = {
  ...requests,
  ...reading,
  ...decisions,
  ...votes,
  ...reviews,
  ...redemption,
  ...standing,
  ...links,
  ...tokens,
  ...operations,
};
