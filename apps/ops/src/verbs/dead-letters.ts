import { randomUUID } from 'node:crypto';
import { ask, askForNothing, connectSignedIn, type Connection } from '../ask-api.js';
import { formatDuration, formatTable, oneLine, printJson } from '../print.js';
import { API_OPTIONS, readArguments, requireNoMore, wrongUsage, type Verb } from '../verb.js';

const OPTIONS = {
  ...API_OPTIONS,
  reason: { type: 'string' },
  queue: { type: 'string' },
  limit: { type: 'string' },
} as const;

interface Choice {
  readonly reason?: string | undefined;
  readonly queue?: string | undefined;
  readonly limit?: string | undefined;
}

/** Bounds what one command takes out of reach: a reason may have many entries. */
const DISCARDED_AT_ONCE = 200;

export const deadLettersVerb: Verb = {
  summary: 'what failed for good: list, show, retry, discard',
  help: `dead-letters list [--reason REASON] [--queue QUEUE] [--limit N]
       ops dead-letters show ID
       ops dead-letters retry ID | --reason REASON
       ops dead-letters discard ID | --reason REASON

list shows 50, the latest first, and how many there are of each reason. retry --reason goes on until none of the reason
waits; discard --reason forgets ${DISCARDED_AT_ONCE} at the most. Each of them takes --json and --url URL.`,

  async run(args, env) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [action, id, ...more] = positionals;
    requireNoMore(more);
    const work = chooseWork(action, id, values);
    const isJson = values.json === true;
    await work(await connectSignedIn(values.url, env), isJson);
  },
};

type Work = (api: Connection, isJson: boolean) => Promise<void>;

/** @throws OpsError where the words do not go together. */
function chooseWork(action: string | undefined, id: string | undefined, choice: Choice): Work {
  const { reason } = choice;
  if (action === 'list' && id === undefined) {
    return (api, isJson) => list(api, choice, isJson);
  }
  if (action === 'show' && id !== undefined) {
    return (api) => show(api, id);
  }
  if ((action === 'retry' || action === 'discard') && (id === undefined) !== (reason === undefined)) {
    const ofReason = action === 'retry' ? retryReason : discardReason;
    const one = action === 'retry' ? retry : discard;
    return (api, isJson) => (id === undefined ? ofReason(api, reason ?? '', isJson) : one(api, id, isJson));
  }
  throw wrongUsage('Say list, show ID, or retry or discard with an ID or a --reason.');
}

async function list(api: Connection, { reason, queue, limit }: Choice, isJson: boolean): Promise<void> {
  const query = {
    ...(reason === undefined ? {} : { reason }),
    // The API names those that there are.
    ...(queue === undefined ? {} : { queue: queue as 'contract' }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
  const page = await ask(api, api.client.GET('/api/v1/admin/dead-letters', { params: { query } }));
  if (isJson) {
    printJson(page);
    return;
  }
  if (page.data.length === 0) {
    console.log('There are none.');
    return;
  }
  const now = Date.now();
  console.log(
    formatTable(
      [
        { title: 'ID', value: (row) => row.id },
        { title: 'REASON', value: (row) => row.reason },
        { title: 'AGE', value: (row) => formatDuration(now - Date.parse(row.first_at)) },
        { title: 'FAILED', isNumber: true, value: (row) => row.attempts },
        { title: 'RETRYING', value: (row) => (row.retried_at === null ? '' : 'yes') },
        { title: 'ERROR', value: (row) => row.error },
      ],
      page.data,
    ),
  );
  const reasons = page.reasons.map(
    (each) => `${oneLine(each.reason)} ${each.count} (${each.retrying} retrying)`,
  );
  console.log(`\nIn all: ${reasons.join(', ')}`);
}

/** All of it is JSON: what ESI sent is. */
async function show(api: Connection, id: string): Promise<void> {
  const params = { path: { id } };
  printJson(await ask(api, api.client.GET('/api/v1/admin/dead-letters/{id}', { params })));
}

async function retry(api: Connection, id: string, isJson: boolean): Promise<void> {
  const params = { path: { id }, header: { 'Idempotency-Key': randomUUID() } };
  const answer = await ask(api, api.client.POST('/api/v1/admin/dead-letters/{id}/retry', { params }));
  tell(isJson, answer, `${answer.id} is being tried again.`);
}

async function retryReason(api: Connection, reason: string, isJson: boolean): Promise<void> {
  let retried = 0;
  let remaining = Infinity;
  // What fails again at once waits again: without progress it ends.
  for (let last = 1; remaining > 0 && last > 0;) {
    const answer = await ask(
      api,
      api.client.POST('/api/v1/admin/dead-letters/retry', {
        params: { header: { 'Idempotency-Key': randomUUID() } },
        body: { reason },
      }),
    );
    last = remaining > answer.remaining ? answer.retried : 0;
    retried += answer.retried;
    remaining = answer.remaining;
  }
  tell(
    isJson,
    { reason, retried, remaining },
    `${retried} of ${reason} are being tried again, ${remaining} wait.`,
  );
}

async function discard(api: Connection, id: string, isJson: boolean): Promise<void> {
  await forget(api, id);
  tell(isJson, { id, outcome: 'discarded' }, `${id} is forgotten.`);
}

async function discardReason(api: Connection, reason: string, isJson: boolean): Promise<void> {
  const query = { reason, limit: DISCARDED_AT_ONCE };
  const { data } = await ask(api, api.client.GET('/api/v1/admin/dead-letters', { params: { query } }));
  for (const { id } of data) {
    await forget(api, id);
  }
  tell(isJson, { reason, discarded: data.length }, `${data.length} of ${reason} are forgotten.`);
}

async function forget(api: Connection, id: string): Promise<void> {
  const params = { path: { id } };
  await askForNothing(api, api.client.DELETE('/api/v1/admin/dead-letters/{id}', { params }));
}

function tell(isJson: boolean, answer: object, sentence: string): void {
  if (isJson) {
    printJson(answer);
  } else {
    console.log(sentence);
  }
}
