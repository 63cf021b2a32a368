// Keeps the snapshot fresh: asks again whenever the workspace says that something changed.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Act, ActResult, Snapshot } from './snapshot.ts';

export type Live = {
  readonly snapshot: Snapshot | undefined;
  readonly isConnected: boolean;
  readonly act: (act: Act) => Promise<ActResult>;
};

export function useLiveSnapshot(user: string): Live {
  const [snapshot, setSnapshot] = useState<Snapshot>();
  const [isConnected, setConnected] = useState(true);
  const wanted = useRef(user);
  const isBusy = useRef(false);
  const isDirty = useRef(false);
  wanted.current = user;

  const refresh = useCallback(async (): Promise<void> => {
    isDirty.current = true;
    if (isBusy.current) return;
    isBusy.current = true;
    try {
      while (isDirty.current) {
        isDirty.current = false;
        const response = await fetch(`/page/snapshot?user=${encodeURIComponent(wanted.current)}`);
        setSnapshot((await response.json()) as Snapshot);
        setConnected(true);
      }
    } catch {
      setConnected(false);
    } finally {
      isBusy.current = false;
    }
  }, []);

  useEffect(() => void refresh(), [user, refresh]);

  useEffect(() => {
    const stream = new EventSource('/page/stream');
    stream.onmessage = () => void refresh();
    stream.onopen = () => void refresh();
    stream.onerror = () => setConnected(false);
    return () => stream.close();
  }, [refresh]);

  const act = useCallback(async (what: Act): Promise<ActResult> => {
    try {
      const response = await fetch(`/page/act?user=${encodeURIComponent(wanted.current)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(what),
      });
      return (await response.json()) as ActResult;
    } catch {
      return { ok: false, failure: 'The workspace could not be reached.' };
    }
  }, []);

  return { snapshot, isConnected, act };
}
