import { OpsError } from '../ops-error.js';
import { askPassword } from '../prompt.js';
import { readArguments, requireNoMore, type Verb } from '../verb.js';

export const hashPasswordVerb: Verb = {
  summary: 'make the hash of a password for OPS_USERS',
  help: `hash-password

Asks for the password twice, or reads one line from the standard input, and prints what OPS_USERS takes after the
operator's name: OPS_USERS='ada:HASH:operator'. In single quotes, since it holds dollar signs.`,

  async run(args) {
    requireNoMore(readArguments(args, {}).positionals);
    const password = await askPassword('Password');
    if (process.stdin.isTTY && (await askPassword('Once more')) !== password) {
      throw new OpsError('The two are not the same.');
    }
    // Only here: the API is slow to load.
    const { hashPassword } = await import('@hangar-bay/api');
    console.log(await hashPassword(password));
  },
};
