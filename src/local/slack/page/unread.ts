// What a person has not read yet, remembered for each of them while the tab is open.
import type { Snapshot } from './snapshot.ts';

function keyOf(snapshot: Snapshot, channelId: string): string {
  return `read:${snapshot.bootId}:${snapshot.me.id}:${channelId}`;
}

export function markRead(snapshot: Snapshot, channelId: string): void {
  const last = snapshot.messages[channelId]?.at(-1);
  if (last) sessionStorage.setItem(keyOf(snapshot, channelId), last.ts);
}

export function unreadCount(snapshot: Snapshot, channelId: string): number {
  const readUntil = Number(sessionStorage.getItem(keyOf(snapshot, channelId)) ?? 0);
  const messages = snapshot.messages[channelId] ?? [];
  return messages.filter(one => Number(one.ts) > readUntil && one.user !== snapshot.me.id).length;
}
