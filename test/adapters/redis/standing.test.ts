// Standing approvals in a real Redis keep their contract.
import { openStanding } from '../../../src/adapters/redis/standing.ts';
import { standingContract } from '../../contract/standing.ts';
import { redisUrl } from '../../support/services.ts';
import { openOn } from './opened.ts';

standingContract('Redis', async () => {
  const { redis, namespace, close } = await openOn(redisUrl());
  return { standing: openStanding({ redis, namespace, retentionMs: 60_000 }), close };
});
