// The log: one JSON line a fact, or readable lines on a terminal, with secrets blanked on the way out.
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { scrub } from './scrub.ts';

export type Log = Logger;

export type LogOptions = {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** For eyes rather than machines. */
  readonly isPretty?: boolean;
  readonly write?: (line: string) => void;
};

const SECRET = ['authorization', 'token', 'secret', 'password', 'apiKey', 'botToken', 'appToken', 'signingSecret'];

/** A log to standard error, so that standard output stays for results. */
export function createLog({ level, isPretty = false, write }: LogOptions): Log {
  const out = write ?? ((line: string) => void process.stderr.write(line));
  const clean = { write: (line: string) => out(scrub(line)) };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: name => ({ level: name }) },
      redact: { paths: SECRET.flatMap(name => [name, `*.${name}`, `*.*.${name}`]), censor: '…' },
    },
    isPretty ? prettied(clean) : clean,
  );
}

function prettied(destination: { write(line: string): void }): { write(line: string): void } {
  const format = pretty.prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' });
  return { write: line => destination.write(format(JSON.parse(line))) };
}
