import { EXIT, OpsError } from './ops-error.js';
import type { Env, Verb } from './verb.js';
import { auditVerb } from './verbs/audit.js';
import { deadLettersVerb } from './verbs/dead-letters.js';
import { flagsVerb } from './verbs/flags.js';
import { hashPasswordVerb } from './verbs/hash-password.js';
import { keysVerb } from './verbs/keys.js';
import { refreshVerb } from './verbs/refresh.js';
import { statusVerb } from './verbs/status.js';
import { tokenVerb } from './verbs/token.js';

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ['status', statusVerb],
  ['refresh', refreshVerb],
  ['dead-letters', deadLettersVerb],
  ['flags', flagsVerb],
  ['audit', auditVerb],
  ['token', tokenVerb],
  ['hash-password', hashPasswordVerb],
  ['keys', keysVerb],
]);

/** Does what the line says and tells how it went. @returns the exit code. */
export async function runOps(args: readonly string[], env: Env): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (['--help', '-h', 'help'].includes(name)) {
    console.log(describeVerbs());
    return args.length === 0 ? EXIT.usage : 0;
  }
  const verb = VERBS.get(name);
  if (verb === undefined) {
    console.error(`There is no command ${name}.\n\n${describeVerbs()}`);
    return EXIT.usage;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(`Usage: ops ${verb.help}`);
    return 0;
  }
  try {
    await verb.run(rest, env);
    return 0;
  } catch (error) {
    return report(error, verb);
  }
}

function report(error: unknown, verb: Verb): number {
  if (!(error instanceof OpsError)) {
    console.error(error);
    return EXIT.failed;
  }
  console.error(
    error.exitCode === EXIT.usage ? `${error.message}\n\nUsage: ops ${verb.help}` : error.message,
  );
  return error.exitCode;
}

function describeVerbs(): string {
  const width = Math.max(...[...VERBS.keys()].map(({ length }) => length));
  const lines = [...VERBS].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: ops <command> [options]

${lines.join('\n')}

ops <command> --help tells more. The API is at --url, HANGAR_BAY_URL, or http://127.0.0.1:3000.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not signed in.`;
}
