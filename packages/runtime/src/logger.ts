import winston from 'winston';
import { currentCorrelation, withoutCorrelation } from './correlation.js';
import { gatherLines } from './gather-lines.js';
import { writePrettyLine } from './pretty-line.js';
import { createRedactFields, redactText } from './redact.js';
import { createRepeatLimit } from './repeat-limit.js';

/** The part of a logger that packages ask for: a constant message, data in fields. */
export interface Logger {
  /** Somebody must act. */
  error(message: string, fields?: object): void;
  /** Passes by itself, but somebody may want to know why; many of them are a problem. */
  warn(message: string, fields?: object): void;
  /** What was done. */
  info(message: string, fields?: object): void;
  debug(message: string, fields?: object): void;
}

export interface ProcessLogger extends Logger {
  /** Writes what is still held back; called at the end. */
  flush(): void;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** A line as it is written, without secrets. */
export type LogLine = Readonly<Record<string, unknown> & { level: LogLevel; message: string }>;

export interface LoggerOptions {
  readonly service: string;
  readonly version: string;
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  /** Standard output by default. */
  readonly output?: Pick<NodeJS.WritableStream, 'write'>;
  /** Is given each line of level `error` too. */
  readonly onError?: ((line: LogLine) => void) | undefined;
}

/**
 * Of winston the levels and the format: its logger is a stream into a stream into the output, which costs as much as
 * all the rest of a line (4 µs).
 */
const LEVELS: Readonly<Record<string, number>> = winston.config.npm.levels;
/** Where its format puts the line. */
const MESSAGE = Symbol.for('message');

/**
 * Logs one line a message. Errors keep their stacks and causes; secrets are not written; warnings and errors of one
 * kind are at most ten a minute, and then a line that says how many were left out.
 */
export function createLogger(options: LoggerOptions): ProcessLogger {
  const { service, version, level, format, output = process.stdout, onError } = options;
  const isEnabled = (lineLevel: LogLevel) => (LEVELS[lineLevel] ?? 0) <= (LEVELS[level] ?? 0);
  const lineFormat = winston.format.printf((line) =>
    format === 'json' ? JSON.stringify(line) : writePrettyLine(line),
  );
  const writeLine = gatherLines(output);
  const redactFields = createRedactFields();
  const repeats = createRepeatLimit();

  function write(lineLevel: LogLevel, message: string, fields: object): void {
    const line: LogLine = {
      timestamp: new Date().toISOString(),
      level: lineLevel,
      message: redactText(message),
      service,
      version,
      ...withoutReserved(redactFields({ ...currentCorrelation(), ...fields })),
    };
    // Winston adds to what it is given.
    const formatted = lineFormat.transform({ ...line }) as winston.Logform.TransformableInfo;
    writeLine(`${String(formatted[MESSAGE])}\n`, lineLevel === 'error' || lineLevel === 'warn');
    if (lineLevel === 'error') {
      onError?.(line);
    }
  }

  function writeLimited(lineLevel: 'error' | 'warn', message: string, fields: object): void {
    const error = nameError(fields);
    const tell = (leftOut: number) =>
      withoutCorrelation(() =>
        write(lineLevel, message, { left_out: leftOut, ...(error === '' ? {} : { of: error }) }),
      );
    if (repeats.admits(`${lineLevel} ${message} ${error}`, tell)) {
      write(lineLevel, message, fields);
    }
  }

  return {
    error: (message, fields = {}) => writeLimited('error', message, fields),
    warn: (message, fields = {}) => {
      if (isEnabled('warn')) {
        writeLimited('warn', message, fields);
      }
    },
    info: (message, fields = {}) => {
      if (isEnabled('info')) {
        write('info', message, fields);
      }
    },
    debug: (message, fields = {}) => {
      if (isEnabled('debug')) {
        write('debug', message, fields);
      }
    },
    flush: () => repeats.flush(),
  };
}

const RESERVED = new Set(['timestamp', 'level', 'message', 'service', 'version']);

/** Other names for fields that would take the place of what every line has. */
function withoutReserved(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.keys(fields).some((name) => RESERVED.has(name))) {
    return fields;
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [RESERVED.has(name) ? `field_${name}` : name, value]),
  );
}

/** What kind of error a line is about, so that a flood of one hides no other. */
function nameError(fields: object): string {
  const error = 'error' in fields ? fields.error : undefined;
  if (!(error instanceof Error)) {
    return '';
  }
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
