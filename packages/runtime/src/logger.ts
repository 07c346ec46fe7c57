import { types } from 'node:util';
import winston from 'winston';
import { currentCorrelation } from './correlation.js';

/** The part of a logger that packages ask for: a constant message, data in fields. */
export interface Logger {
  error(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  debug(message: string, fields?: object): void;
}

export interface LoggerOptions {
  readonly service: string;
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly format: 'json' | 'pretty';
  /** Standard output by default. */
  readonly output?: NodeJS.WritableStream;
}

/** Fields that are never written, whoever passes them. */
const SECRET_FIELD = /password|secret|token|authorization|cookie|api_?key/i;

/** A password within an address: `redis://user:password@host`. */
const URL_PASSWORD = /(:\/\/[^\s/:@]*:)[^\s/]+@/g;

/** Deeper than any field of ours; what lies below is not written. */
const MAX_DEPTH = 6;

/** Logs one line a message. Errors keep their stack and cause; secrets are not written. */
export function createLogger({ service, level, format, output = process.stdout }: LoggerOptions): Logger {
  return winston.createLogger({
    level,
    defaultMeta: { service },
    format: winston.format.combine(
      winston.format((info) => Object.assign(info, currentCorrelation()))(),
      winston.format((info) => Object.assign(info, cleanFields(info, 0)))(),
      winston.format.timestamp(),
      format === 'json' ? winston.format.json() : pretty(),
    ),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's types take the class for its instance
    transports: [new winston.transports.Stream({ stream: output })],
  });
}

function pretty() {
  return winston.format.printf(({ timestamp, level, message, service, ...fields }) => {
    const details = Object.entries(fields).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    const time = String(timestamp).slice(11, 19);
    return `${time} ${level.padEnd(5)} ${String(service)}: ${String(message)} ${details.join(' ')}`.trimEnd();
  });
}

function cleanFields(fields: object, depth: number): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_FIELD.test(name) ? '[redacted]' : clean(value, depth + 1),
    ]),
  );
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return value.replace(URL_PASSWORD, '$1[redacted]@');
  }
  if (typeof value !== 'object' || value === null || 'toJSON' in value) {
    return value;
  }
  if (depth > MAX_DEPTH) {
    return '[too deep]';
  }
  if (Array.isArray(value)) {
    return value.map((each) => clean(each, depth + 1));
  }
  return cleanFields(isError(value) ? describeError(value) : value, depth);
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

function describeError(error: Error): object {
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error ? { code: error.code } : {}),
    ...(isError(error.cause) ? { cause: error.cause } : {}),
  };
}
