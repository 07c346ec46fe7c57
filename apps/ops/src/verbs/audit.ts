import { ask, connectSignedIn } from '../ask-api.js';
import { formatTable, printJson } from '../print.js';
import { API_OPTIONS, readArguments, requireNoMore, type Verb } from '../verb.js';

const OPTIONS = {
  ...API_OPTIONS,
  operator: { type: 'string' },
  action: { type: 'string' },
  limit: { type: 'string' },
} as const;

export const auditVerb: Verb = {
  summary: 'who did what, the newest first',
  help: `audit [--operator NAME] [--action ACTION] [--limit N] [--json] [--url URL]

ACTION is such as flags.set or refresh. Without --limit 50.`,

  async run(args, env) {
    const { values, positionals } = readArguments(args, OPTIONS);
    requireNoMore(positionals);
    const { operator, action, limit } = values;
    const query = {
      ...(operator === undefined ? {} : { operator }),
      ...(action === undefined ? {} : { action }),
      ...(limit === undefined ? {} : { limit: Number(limit) }),
    };
    const api = await connectSignedIn(values.url, env);
    const page = await ask(api, api.client.GET('/api/v1/admin/audit', { params: { query } }));
    if (values.json === true) {
      printJson(page);
      return;
    }
    console.log(
      formatTable(
        [
          { title: 'AT', value: (entry) => entry.at },
          { title: 'OPERATOR', value: (entry) => entry.operator },
          { title: 'ACTION', value: (entry) => entry.action },
          { title: 'TARGET', value: (entry) => entry.target },
          { title: 'OUTCOME', value: (entry) => entry.outcome },
          { title: 'REQUEST', value: (entry) => entry.request_id },
        ],
        page.data,
      ),
    );
  },
};
