import { randomBytes } from 'node:crypto';
import { printJson } from '../print.js';
import { readArguments, requireNoMore, wrongUsage, type Verb } from '../verb.js';

const OPTIONS = { json: { type: 'boolean' } } as const;

export const keysVerb: Verb = {
  summary: 'make a new key for AUTH_JWT_KEYS, and say how it replaces the old one',
  help: `keys new [--json]

Asks nothing of any API: a key is known by whoever has the environment.`,

  run(args) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [action, ...more] = positionals;
    requireNoMore(more);
    if (action !== 'new') {
      throw wrongUsage('Say new.');
    }
    const kid = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}-${randomBytes(2).toString('hex')}`;
    const entry = `${kid}:${randomBytes(32).toString('hex')}`;
    if (values.json === true) {
      printJson({ kid, entry });
    } else {
      console.log(describeRotation(kid, entry));
    }
    return Promise.resolve();
  },
};

function describeRotation(kid: string, entry: string): string {
  return `${entry}

Nobody is signed out by this, where it goes in this order. <old> is what AUTH_JWT_KEYS holds now.

1. AUTH_JWT_KEYS=<old>,${kid}:…
   Restart every API instance: all of them know the new key. With one instance, begin at step 2.
2. AUTH_JWT_KEYS=${kid}:…,<old>
   Restart again: the new key signs.
3. Half an hour later: AUTH_JWT_KEYS=${kid}:…
   Restart again: the old key is worth nothing any more.

Where the old key has leaked, go to step 3 at once; docs/operators.md says how to end the sessions too.`;
}
