import { ask, connectSignedIn, type Connection } from '../ask-api.js';
import { formatTable, printJson } from '../print.js';
import { API_OPTIONS, readArguments, requireNoMore, wrongUsage, type Verb } from '../verb.js';

const OPTIONS = { ...API_OPTIONS, reason: { type: 'string' } } as const;

export const flagsVerb: Verb = {
  summary: 'the kill switches: what is off, and why; set',
  help: `flags [--json] [--url URL]
       ops flags set NAME on|off --reason TEXT [--json] [--url URL]

Switches are aggregation, items, bids, dynamic_items, stream, admin_writes, archive, and region:ID of each region.`,

  async run(args, env) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [action, name, state, ...more] = positionals;
    requireNoMore(more);
    const change = action === undefined ? null : readChange(action, name, state, values.reason);
    const api = await connectSignedIn(values.url, env);
    const flags = change === null ? await list(api) : [await set(api, change)];
    if (values.json === true) {
      printJson(change === null ? flags : flags[0]);
      return;
    }
    console.log(
      formatTable(
        [
          { title: 'SWITCH', value: (flag) => flag.name },
          { title: 'STATE', value: (flag) => (flag.enabled ? 'on' : 'OFF') },
          { title: 'BY', value: (flag) => flag.changed_by },
          { title: 'AT', value: (flag) => flag.changed_at },
          { title: 'REASON', value: (flag) => flag.reason },
        ],
        flags,
      ),
    );
  },
};

interface Change {
  readonly name: string;
  readonly enabled: boolean;
  readonly reason: string;
}

function readChange(action: string, name = '', state = '', reason = ''): Change {
  if (action !== 'set' || name === '' || !['on', 'off'].includes(state) || reason === '') {
    throw wrongUsage('Say set, the name of a switch, on or off, and a --reason for those who find it so.');
  }
  return { name, enabled: state === 'on', reason };
}

async function list(api: Connection) {
  return (await ask(api, api.client.GET('/api/v1/admin/flags'))).data;
}

function set(api: Connection, { name, ...body }: Change) {
  return ask(api, api.client.PUT('/api/v1/admin/flags/{name}', { params: { path: { name } }, body }));
}
