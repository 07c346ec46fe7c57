import { stdin, stderr } from 'node:process';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { OpsError, EXIT } from './ops-error.js';

/** Asks on the terminal; what is typed shows. */
export function ask(question: string): Promise<string> {
  return readLine(question, stderr);
}

/**
 * A password, typed without an echo or piped in as one line.
 * @throws OpsError where there is nothing.
 */
export async function askPassword(question: string): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const password = await readLine(question, silence);
  if (password === '') {
    throw new OpsError('There is no password.', EXIT.usage);
  }
  return password;
}

/** Questions go to stderr, since stdout is for what the command makes. */
async function readLine(question: string, output: NodeJS.WritableStream): Promise<string> {
  const isTerminal = stdin.isTTY;
  if (isTerminal) {
    stderr.write(`${question}: `);
  }
  const lines = createInterface({ input: stdin, output, terminal: isTerminal });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
      lines.once('SIGINT', () => reject(new OpsError('Broken off.')));
    });
  } finally {
    lines.close();
    if (isTerminal) {
      stderr.write('\n');
    }
  }
}
