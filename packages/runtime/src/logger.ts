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
}

/** Fields that are never written, whoever passes them. */
const SECRET_FIELD = /password|secret|token|authorization|cookie|api_?key/i;

/** Logs to standard output, one line a message. Errors passed as `error` keep stack and cause. */
export function createLogger({ service, level, format }: LoggerOptions): Logger {
  return winston.createLogger({
    level,
    defaultMeta: { service },
    format: winston.format.combine(
      winston.format((info) => Object.assign(info, currentCorrelation()))(),
      winston.format((info) => redact(info) as winston.Logform.TransformableInfo)(),
      winston.format.timestamp(),
      format === 'json' ? winston.format.json() : pretty(),
    ),
    transports: [new winston.transports.Console()],
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

function redact(fields: object): object {
  for (const [name, value] of Object.entries(fields)) {
    if (SECRET_FIELD.test(name)) {
      Object.assign(fields, { [name]: '[redacted]' });
    } else if (value instanceof Error) {
      Object.assign(fields, { [name]: describeError(value) });
    }
  }
  return fields;
}

function describeError(error: Error): object {
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error ? { code: error.code } : {}),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}
