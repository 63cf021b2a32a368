// What one Web API method is, and the two ways it answers.

import type { Tier } from '../rate-limits.ts';
import type { State } from '../state.ts';
import type { Windows } from '../windows.ts';
import type { Args } from './arguments.ts';

export type Answer = { readonly ok: boolean; readonly error?: string; readonly [field: string]: unknown };

export type MethodContext = {
  readonly state: State;
  readonly windows: Windows;
  readonly hasScope: (scope: string) => boolean;
  /** Where a client connects for Socket Mode; fails when the app has too many connections. */
  readonly openSocketUrl: () => string | { readonly error: string };
  readonly workspaceUrl: string;
};

export type Method = {
  readonly name: string;
  readonly tier: Tier;
  readonly token: 'bot' | 'app' | 'none';
  /** The scopes the method needs, in every case. */
  readonly scopes: readonly string[];
  readonly run: (context: MethodContext, args: Args) => Answer;
};

export function answer(fields: Readonly<Record<string, unknown>> = {}): Answer {
  return { ok: true, ...fields };
}

export function refuse(error: string, fields: Readonly<Record<string, unknown>> = {}): Answer {
  return { ok: false, error, ...fields };
}

export function missingScope(needed: string, provided: string): Answer {
  return refuse('missing_scope', { needed, provided });
}
