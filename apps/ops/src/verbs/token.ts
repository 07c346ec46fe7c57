import { ask as askApi, askForNothing, connect, connectSignedIn } from '../ask-api.js';
import { OpsError } from '../ops-error.js';
import { ask, askPassword } from '../prompt.js';
import { forgetToken, keepToken } from '../token-file.js';
import { API_OPTIONS, readArguments, requireNoMore, wrongUsage, type Verb } from '../verb.js';

const OPTIONS = {
  url: API_OPTIONS.url,
  user: { type: 'string' },
  print: { type: 'boolean' },
  forget: { type: 'boolean' },
} as const;

export const tokenVerb: Verb = {
  summary: 'sign in for half an hour, or out',
  help: `token [--user NAME] [--print] [--url URL]
       ops token --forget [--url URL]

Asks for the name, where it is not given, and for the password; OPS_PASSWORD, or a line on the standard input, does
too. The token is kept for the other commands in hangar-bay/tokens.json under XDG_STATE_HOME (~/.local/state), for its
owner alone. --print prints it instead; the other commands take one in HANGAR_BAY_TOKEN. --forget ends the session.`,

  async run(args, env) {
    const { values, positionals } = readArguments(args, OPTIONS);
    requireNoMore(positionals);
    if (values.forget === true) {
      const api = await connectSignedIn(values.url, env);
      await askForNothing(api, api.client.POST('/api/v1/auth/logout'));
      await forgetToken(env, api.address);
      console.log(`Signed out at ${api.address}.`);
      return;
    }
    const api = connect(values.url, env);
    const username = values.user ?? (process.stdin.isTTY ? await ask('Name') : '');
    if (username === '') {
      throw wrongUsage('Whose? Give the name with --user.');
    }
    const password = env['OPS_PASSWORD'] ?? (await askPassword('Password'));
    const { access_token: token, expires_in: seconds } = await askApi(
      api,
      api.client.POST('/api/v1/auth/login', { body: { username, password } }),
    );
    if (token === undefined) {
      throw new OpsError(`The API at ${api.address} gave no token.`);
    }
    if (values.print === true) {
      console.log(token);
      return;
    }
    const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
    const file = await keepToken(env, api.address, { username, access_token: token, expires_at: expiresAt });
    console.log(`Signed in at ${api.address} until ${expiresAt}; the token is in ${file}.`);
  },
};
