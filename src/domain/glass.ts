// Broken glass: an emergency that policy let pass without anybody's approval, and how often a service may need to be asked about.
import type { RequestRecord } from './record.ts';

/** Policy is told how often a service broke glass within this time before now. */
export const GLASS_WINDOW_MS = 86_400_000;

/** Whether policy alone let it pass, at once and to be looked at afterwards, because an emergency was asked for. */
export function isGlassBroken({ submission, status, resolution, review, standing }: RequestRecord): boolean {
  const isEmergency = submission.emergency === true && review !== undefined;
  return isEmergency && status === 'approved' && resolution?.by === 'policy' && standing === undefined;
}
