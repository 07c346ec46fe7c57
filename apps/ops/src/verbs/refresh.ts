import { randomUUID } from 'node:crypto';
import { ask, connectSignedIn } from '../ask-api.js';
import { formatTable, printJson } from '../print.js';
import { API_OPTIONS, readArguments, requireNoMore, wrongUsage, type Verb } from '../verb.js';

const OPTIONS = { ...API_OPTIONS, region: { type: 'string', multiple: true } } as const;

export const refreshVerb: Verb = {
  summary: 'have regions swept as soon as the caches of ESI allow',
  help: `refresh [--region ID[,ID…]]… [--json] [--url URL]

Without --region all that are known. Nothing is asked of ESI before its cache ends; what this shortens is the wait
after sweeps that failed.`,

  async run(args, env) {
    const { values, positionals } = readArguments(args, OPTIONS);
    requireNoMore(positionals);
    const regionIds = values.region?.flatMap(readIds);
    const api = await connectSignedIn(values.url, env);
    const { data } = await ask(
      api,
      api.client.POST('/api/v1/admin/refresh', {
        params: { header: { 'Idempotency-Key': randomUUID() } },
        body: regionIds === undefined ? {} : { region_ids: regionIds },
      }),
    );
    if (values.json === true) {
      printJson(data);
      return;
    }
    console.log(
      formatTable(
        [
          { title: 'REGION', isNumber: true, value: (row) => row.region_id },
          { title: 'OUTCOME', value: (row) => row.outcome },
          { title: 'CACHED UNTIL', value: (row) => row.cached_until },
        ],
        data,
      ),
    );
  },
};

function readIds(text: string): number[] {
  return text.split(',').map((id) => {
    if (!/^[1-9]\d{0,9}$/.test(id.trim())) {
      throw wrongUsage(`--region takes ids such as 10000002, and not ${id}.`);
    }
    return Number(id);
  });
}
