// The SDK's log, turned into observations: warnings and errors only, and never a token or a payload.
import { type Logger, LogLevel } from '@slack/web-api';
import type { Observe } from '../../flow/ports.ts';

const TOKEN = /x(?:ox[a-z]|app)-[\w-]+/g;
const MOST_CHARS = 300;

export function quietLogger(observe: Observe | undefined): Logger {
  const tell =
    (code: string) =>
    (...parts: unknown[]) => {
      const text = parts.map(part => (part instanceof Error ? part.message : String(part))).join(' ');
      observe?.({ kind: 'trouble', where: 'slack', code, message: text.replace(TOKEN, 'x…').slice(0, MOST_CHARS) });
    };
  const silent = () => {};
  return {
    // Their debug and info lines carry whole payloads.
    debug: silent,
    info: silent,
    warn: tell('sdk_warning'),
    error: tell('sdk_error'),
    setLevel: silent,
    getLevel: () => LogLevel.WARN,
    setName: silent,
  };
}
