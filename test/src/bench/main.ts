import { dropMarketDatabases } from './data/databases.js';
import { readOptions, USAGE, type Options } from './options.js';
import { judge, type Row } from './report/judge.js';
import { describeMachine } from './report/machine.js';
import { format } from './report/markdown.js';
import { writeResults } from './report/write-results.js';
import { runSubject } from './run-subject.js';
import { startServices } from './stage/services.js';
import { SUBJECTS } from './subjects/index.js';

/** Ends as the run did: whether every subject could be measured. Whether it held its promise is for people to judge. */
async function run(options: Options, stopping: AbortSignal): Promise<boolean> {
  const unknown = options.only.filter((id) => !SUBJECTS.some((subject) => subject.id === id));
  if (unknown.length > 0) {
    throw new Error(`No such subject: ${unknown.join(', ')}\n${USAGE}`);
  }
  const subjects = SUBJECTS.filter(({ id }) => options.only.length === 0 || options.only.includes(id));
  const machine = describeMachine(options);
  const services = await startServices(options.data);
  const rows: Row[] = [];
  const failed: string[] = [];
  try {
    if (options.fresh) {
      await dropMarketDatabases(services.adminUrl);
    }
    for (const subject of subjects) {
      if (stopping.aborted) {
        break;
      }
      console.log(`${subject.id}  ${subject.title}`);
      try {
        const measured = (await runSubject(subject, services, options, stopping)).map(judge);
        measured.forEach(print);
        rows.push(...measured);
      } catch (error) {
        console.error(
          `      could not be measured: ${error instanceof Error ? error.message : String(error)}`,
        );
        failed.push(subject.id);
      }
    }
  } finally {
    await services.stop();
  }
  console.log(`\nWritten: ${await writeResults(options.results, rows, machine)}.{json,md,svg}`);
  return failed.length === 0;
}

function print({ what, ratio, least, most, bound, holds, notes = [] }: Row): void {
  const promised =
    bound === null ? '' : `, ${bound.kind} ${bound.value}: ${holds ? 'holds' : 'DOES NOT HOLD'}`;
  console.log(`      ${what}: ${format(ratio)} (${format(least)} to ${format(most)})${promised}`);
  notes.forEach((note) => console.log(`        ${note}`));
}

// What a run has started does not outlive it.
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => stopping.abort());
}

try {
  const measured = await run(readOptions(process.argv.slice(2)), stopping.signal);
  process.exitCode = measured && !stopping.signal.aborted ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
