// What every part of the page can ask: the snapshot, the person's acts, and where to go.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Act, ActResult, Snapshot, Values } from './snapshot.ts';

export type World = {
  readonly snapshot: Snapshot;
  readonly act: (act: Act) => Promise<ActResult>;
  readonly goTo: (channelId: string) => void;
  readonly openThread: (ts: string | undefined) => void;
};

export const WorldContext = createContext<World | undefined>(undefined);

export function useWorld(): World {
  const world = useContext(WorldContext);
  if (!world) throw new Error('The page drew a part outside of the workspace.');
  return world;
}

/** What blocks are part of: a message, or a view with entered values and errors. */
export type Surface = {
  readonly press: (actionId: string, value?: string | readonly string[]) => Promise<ActResult>;
  readonly values: Values;
  readonly enter: (key: string, value: string | readonly string[]) => void;
  readonly errors: Readonly<Record<string, string>>;
};

export const SurfaceContext = createContext<Surface | undefined>(undefined);

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error('The page drew blocks outside of a message or view.');
  return surface;
}
