import type { components } from '@hangar-bay/api-client';
import { ask, connectSignedIn, type Connection } from '../ask-api.js';
import { formatDuration, formatTable, printJson } from '../print.js';
import { API_OPTIONS, readArguments, requireNoMore, type Verb } from '../verb.js';

const OPTIONS = { ...API_OPTIONS, all: { type: 'boolean' } } as const;

const REGIONS_SHOWN = 15;

export const statusVerb: Verb = {
  summary: 'regions with their lag, queues, the budget of ESI, dead letters, switches',
  help: `status [--all] [--json] [--url URL]

Shows the ${REGIONS_SHOWN} regions that are furthest behind; --all shows all of them. Its exit code says whether the API
answered, and not whether all is well.`,

  async run(args, env) {
    const { values, positionals } = readArguments(args, OPTIONS);
    requireNoMore(positionals);
    const found = await read(await connectSignedIn(values.url, env));
    if (values.json === true) {
      printJson(found);
    } else {
      console.log(describe(found, values.all === true ? Infinity : REGIONS_SHOWN));
    }
  },
};

type Schemas = components['schemas'];
type Region = Schemas['Region'];

interface Found extends Pick<Schemas['Status'], 'as_of' | 'queues' | 'esi' | 'dead_letters'> {
  readonly address: string;
  readonly switched_off: readonly Schemas['Flag'][];
  readonly regions: readonly Region[];
}

async function read(api: Connection): Promise<Found> {
  const [status, regions, flags] = await Promise.all([
    ask(api, api.client.GET('/api/v1/admin/status')),
    ask(api, api.client.GET('/api/v1/regions')),
    ask(api, api.client.GET('/api/v1/admin/flags')),
  ]);
  return {
    address: api.address,
    ...status,
    switched_off: flags.data.filter(({ enabled }) => !enabled),
    regions: regions.data,
  };
}

function describe(found: Found, most: number): string {
  const now = Date.parse(found.as_of);
  return [
    `${found.address}, ${found.as_of}`,
    describeSwitches(found),
    describeRegions(found.regions, now, most),
    describeQueues(found),
    describeEsi(found, now),
    describeDeadLetters(found, now),
  ].join('\n\n');
}

function describeSwitches({ switched_off: off }: Found): string {
  const lines = off.map(
    ({ name, changed_by, reason }) => `  ${name}, by ${changed_by ?? '-'}: ${reason ?? '-'}`,
  );
  return lines.length === 0 ? 'Switches: all on' : `Switched OFF:\n${lines.join('\n')}`;
}

function describeRegions(regions: readonly Region[], now: number, most: number): string {
  const states = countStates(regions);
  const shown = [...regions].sort((left, right) => lagOf(right, now) - lagOf(left, now)).slice(0, most);
  if (shown.length === 0) {
    return 'Regions: none is known yet';
  }
  const table = formatTable(
    [
      { title: 'REGION', isNumber: true, value: (region) => region.region_id },
      { title: 'NAME', value: (region) => region.name },
      { title: 'STATE', value: (region) => region.state },
      { title: 'LAG', value: (region) => formatLag(lagOf(region, now)) },
      {
        title: 'DUE',
        value: ({ next_due_at: at }) => (at === null ? null : formatDue(Date.parse(at) - now)),
      },
      { title: 'LAST SWEEP', value: (region) => region.last_sweep_outcome },
      { title: 'FAILED', isNumber: true, value: (region) => region.failed_sweeps },
      { title: 'ON OFFER', isNumber: true, value: (region) => region.outstanding },
      { title: 'PENDING', isNumber: true, value: (region) => region.pending },
    ],
    shown,
  );
  const left = regions.length - shown.length;
  return `Regions: ${states.join(', ')}\n${table}${left > 0 ? `\n… and ${left} more with --all` : ''}`;
}

function countStates(regions: readonly Region[]): string[] {
  const names = [...new Set(regions.map(({ state }) => state))].sort();
  return names.map((name) => `${regions.filter(({ state }) => state === name).length} ${name}`);
}

/** Milliseconds since the list was last seen complete. */
function lagOf({ last_complete_sweep_at: at }: Region, now: number): number {
  return at === null ? Infinity : now - Date.parse(at);
}

const formatLag = (lag: number): string => (lag === Infinity ? 'never seen' : formatDuration(lag));

const formatDue = (left: number): string =>
  left >= 0 ? `in ${formatDuration(left)}` : `for ${formatDuration(-left)}`;

function describeQueues({ queues }: Found): string {
  if (queues === null) {
    return 'Queues: the broker does not answer';
  }
  const table = formatTable(
    [
      { title: 'QUEUE', value: (queue) => queue.queue },
      { title: 'WAITING', isNumber: true, value: (queue) => queue.waiting },
      { title: 'RUNNING', isNumber: true, value: (queue) => queue.running },
      { title: 'DELAYED', isNumber: true, value: (queue) => queue.delayed },
      { title: 'FAILED', isNumber: true, value: (queue) => queue.failed },
      { title: '', value: (queue) => (queue.paused ? 'PAUSED' : '') },
    ],
    queues,
  );
  return `Queues:\n${table}`;
}

function describeEsi({ esi }: Found, now: number): string {
  if (esi.length === 0) {
    return 'ESI: nothing is known; no worker has asked it yet';
  }
  const table = formatTable(
    [
      { title: 'ESI', value: (budget) => budget.host },
      { title: 'WORKERS', isNumber: true, value: (budget) => budget.workers },
      { title: 'ERRORS', isNumber: true, value: (budget) => budget.errors_used },
      { title: 'LEFT', isNumber: true, value: (budget) => budget.errors_left },
      { title: 'LAST ASKED', value: ({ last_active_at: at }) => (at === null ? null : agoOf(at, now)) },
      { title: 'TROUBLE', value: (budget) => describeTrouble(budget) },
    ],
    esi,
  );
  return `Budget of ESI:\n${table}`;
}

const agoOf = (at: string, now: number): string => `${formatDuration(now - Date.parse(at))} ago`;

function describeTrouble(budget: Schemas['EsiBudget']): string | null {
  const trouble = [
    ...(budget.down ? ['down'] : []),
    ...(budget.paused_until === null ? [] : [`paused until ${budget.paused_until}`]),
    ...budget.rate_limited.map(({ scope, until }) => `${scope} limited until ${until}`),
    ...(budget.routes_down.length > 0 ? [`calls down: ${budget.routes_down.join(', ')}`] : []),
  ];
  return trouble.length > 0 ? trouble.join('; ') : null;
}

function describeDeadLetters(
  { dead_letters: { waiting, retrying, oldest_at: at } }: Found,
  now: number,
): string {
  const oldest = at === null ? '' : `, the oldest for ${formatDuration(now - Date.parse(at))}`;
  return `Dead letters: ${waiting} wait${oldest}; ${retrying} are being tried again`;
}
