import { randomUUID } from 'node:crypto';
import type { EsiRoute } from '@hangar-bay/domain';
import { countersOf, judge, turnOf, type InFlight } from './judge.js';
import { createLately } from './lately.js';
import { addAnswer, readAnswer, type Answer } from './limits/answer.js';
import { describeLimits, type LimitsReport } from './limits/describe.js';
import { usedErrors } from './limits/errors.js';
import { batchMs, grant, type ScopeTurn, type Want } from './limits/grant.js';
import { createHoldings } from './limits/holdings.js';
import { learn } from './limits/learn.js';
import { createLedger } from './limits/ledger.js';
import { STATUS_ROUTE } from './limits/priority.js';
import { createLocalLimits, type SharedLimits } from './limits/shared-limits.js';
import { PROBE_MS, isEsiDown } from './limits/state.js';
import { createRouteWatch, type AskForReport } from './route-watch.js';
import { PausedError, createWaitingLine, type Turn, type Waiter } from './waiting-line.js';

export interface GovernorOptions {
  /** Over all processes that share the limits. */
  readonly maxRequestsPerSecond: number;
  /** A longer wait is refused, so that the job goes back to its queue instead of holding a worker. */
  readonly maxWaitSeconds: number;
}

/** As long as a worker may cause errors, it is heard of this often. */
const HEARTBEAT_MS = 1_000;
/** For requests that come while the answer of the others is on its way. */
const SPARE_PERMITS = 2;
/** So many errors in one answer's headers are somebody else's, and the others must know. */
const NOTEWORTHY_ERRORS = 5;
/** Part of its lifetime after which knowledge of the others is renewed while requests are sent. */
const REFRESHED_AT = 0.7;

export type Governor = ReturnType<typeof createGovernor>;

/**
 * Keeps all processes that share `shared` within ESI's limits
 * (https://developers.eveonline.com/docs/services/esi/rate-limiting), which are those of their one address.
 *
 * Each leases a few slots of the common budget at a time, holds as many permits as it may cause errors, and tells what
 * ESI's answers said; see docs/decisions/one-budget-for-all-workers.md.
 */
export function createGovernor(
  { maxRequestsPerSecond, maxWaitSeconds }: GovernorOptions,
  shared: SharedLimits = createLocalLimits(),
) {
  const worker = randomUUID();
  const maxWaitMs = maxWaitSeconds * 1000;
  const freshMs = batchMs(maxRequestsPerSecond);
  const ledger = createLedger(shared, maxRequestsPerSecond);
  const watch = createRouteWatch(ledger, refresh);
  const line = createWaitingLine(maxWaitMs);
  const holdings = createHoldings(freshMs);
  let closed: Error | null = null;
  let timer: NodeJS.Timeout | undefined;

  /** The shared limits together with what this process has learnt and not told yet. */
  let view = ledger.limits();
  let untold: Answer[] = [];
  /** Something was learnt that must not wait. */
  let urgent = false;
  let asking = false;
  let askedAt = -Infinity;
  /** Where nobody waited when the others were last asked, no slot was: who comes now need not wait for the next time. */
  let askedForSlots = false;
  const inFlight: InFlight = { mayErr: 0, inGroups: 0, ofMaintenance: 0 };
  /** For how many requests in flight the others reckon with us. */
  let held = 0;
  /** Requests of one moment, in flight or waiting, and those started: so many will come again. */
  const atOnce = createLately(HEARTBEAT_MS, Math.max);
  const startedLately = createLately(freshMs, (sum, number) => sum + number);
  /** Requests started since the others were last asked, and requests that are held up by nothing but the budget. */
  let started = 0;
  let ready = 0;

  const untoldErrors = () => untold.filter((answer) => answer.isError).length;

  function refresh(): void {
    view = untold.reduce(learn, ledger.limits());
    pump();
  }

  function start(waiter: Waiter): void {
    const { route } = waiter;
    const counters = countersOf(view, route);
    if (route !== STATUS_ROUTE) {
      holdings.use(turnOf(view, route));
      started += 1;
      startedLately.note(1, performance.now());
    }
    counters.forEach((counter) => (inFlight[counter] += 1));
    waiter.start({
      finish(outcome) {
        counters.forEach((counter) => (inFlight[counter] -= 1));
        observe(readAnswer(route, outcome, ledger.now(), Math.random()));
      },
    });
  }

  function observe(answer: Answer): void {
    const { status } = answer;
    untold = addAnswer(untold, answer);
    const wasDown = isEsiDown(view);
    const usedBefore = usedErrors(view, answer.at);
    view = learn(view, answer);
    if (wasDown !== isEsiDown(view)) {
      holdings.dropSlots();
      urgent = true;
    }
    const news = usedErrors(view, answer.at) - usedBefore;
    urgent ||= status === 420 || status === 429 || news >= NOTEWORTHY_ERRORS;
    watch.note(view, answer);
    pump();
  }

  function slotsWanted(now: number): number {
    return ready > 0 ? holdings.slotsWanted(ready + startedLately.get(performance.now()), now) : 0;
  }

  /** Starts what may start, refuses what must not wait, and sees to it that the rest is looked at again. */
  function pump(): void {
    if (closed) {
      return;
    }
    const now = ledger.now();
    holdings.dropLapsed(now);
    atOnce.note(inFlight.mayErr + line.count('item'), performance.now());
    const turns = new Map<string, ScopeTurn>();
    let waitMs = Infinity;
    let mustAsk = false;
    ready = 0;
    for (const waiter of line.list()) {
      const verdict = judge(waiter, {
        limits: view,
        now,
        holdings,
        inFlight,
        untoldErrors: untoldErrors(),
        isStale: performance.now() - askedAt > freshMs,
        downMs: watch.waitFor(view, waiter.route),
        maxWaitMs,
      });
      if (verdict.kind === 'start') {
        start(waiter);
        continue;
      }
      if (verdict.kind === 'refuse') {
        waiter.refuse(new PausedError(verdict.ms));
        continue;
      }
      ready += verdict.kind === 'wait' ? 0 : 1;
      waitMs = Math.min(waitMs, waiter.deadline - performance.now());
      if (verdict.kind === 'ask') {
        mustAsk = true;
        if (verdict.turn !== undefined) {
          turns.set(JSON.stringify(verdict.turn), verdict.turn);
        }
      } else {
        waitMs = Math.min(waitMs, verdict.ms);
      }
    }
    const isShort = slotsWanted(now) > 0;
    mustAsk ||= isShort;
    mustAsk ||= started > 0 && performance.now() - askedAt > freshMs * REFRESHED_AT;
    const askInMs = isShort && !askedForSlots ? 0 : untilNextAsk(mustAsk);
    if (askInMs <= 0 && !asking) {
      void askOthers([...turns.values()]);
    }
    wakeAfter(Math.min(waitMs, asking ? Infinity : askInMs));
  }

  /** Asking again helps only when there is something to tell, or others may have given something back. */
  function untilNextAsk(mustAsk: boolean): number {
    const sinceMs = performance.now() - askedAt;
    if (urgent || (mustAsk && (started > 0 || untoldErrors() > 0))) {
      return 0;
    }
    if (mustAsk) {
      return freshMs - sinceMs;
    }
    return held > 0 || untold.length > 0 ? HEARTBEAT_MS - sinceMs : Infinity;
  }

  function wakeAfter(ms: number): void {
    clearTimeout(timer);
    if (ms < Infinity) {
      timer = setTimeout(pump, Math.min(Math.max(Math.ceil(ms), 1), HEARTBEAT_MS));
    }
  }

  async function askOthers(turns: ScopeTurn[]): Promise<void> {
    asking = true;
    urgent = false;
    const told = untold;
    const want = describeWant(turns);
    askedForSlots = want.slots > 0;
    // Until the answer is there, nothing is started that was not announced.
    holdings.capPermits(want.committed);
    untold = [];
    started = 0;
    const { changes } = view.health;
    const granted = await ledger.change((limits, now, budget) =>
      grant(told.reduce(learn, limits), want, now, budget),
    );
    held = Math.max(granted.permits.sweep, granted.permits.item, want.committed);
    view = untold.reduce(learn, ledger.limits());
    if (view.health.changes !== changes) {
      holdings.dropSlots();
    }
    holdings.add(granted, ledger.now());
    askedAt = performance.now();
    asking = false;
    pump();
  }

  function describeWant(turns: ScopeTurn[]): Want {
    const { mayErr } = inFlight;
    const [sweeps, items] = [line.count('sweep'), line.count('item')];
    const allowed = holdings.permitted('sweep') - untoldErrors();
    return {
      worker,
      slots: slotsWanted(ledger.now()),
      urgent: sweeps > 0,
      permits: {
        sweep: sweeps > 0 ? mayErr + sweeps : 0,
        item:
          mayErr + items > 0 ? Math.max(mayErr + items, atOnce.get(performance.now())) + SPARE_PERMITS : 0,
      },
      committed: Math.max(mayErr, Math.min(allowed, mayErr + sweeps + items)),
      turns,
    };
  }

  return {
    /**
     * Waits until a request of this route may be sent.
     * @throws PausedError where that would take longer than a request may wait; the signal's reason on abort.
     */
    async takeTurn(route: EsiRoute, signal: AbortSignal | undefined): Promise<Turn> {
      signal?.throwIfAborted();
      if (closed) {
        throw closed;
      }
      const turn = line.join(route, signal);
      pump();
      return turn;
    },

    /** How long ESI as a whole should be left alone, in milliseconds; 0 while it answers. */
    downMs: () => (isEsiDown(view) ? PROBE_MS : 0),

    /** What is known of the limits at this moment. */
    report: (): LimitsReport => ({
      ...describeLimits(view, ledger.now()),
      isTried: isEsiDown(view) && inFlight.mayErr + inFlight.inGroups > 0,
    }),

    /** How ESI is asked for the state of its routes. */
    useReport: (ask: AskForReport) => watch.useReport(ask),

    /** Refuses what still waits. What this process holds lapses by itself. */
    async close(): Promise<void> {
      closed = new Error('The ESI client is closed');
      clearTimeout(timer);
      line.refuseAll(closed);
      await ledger.close();
    },
  };
}
