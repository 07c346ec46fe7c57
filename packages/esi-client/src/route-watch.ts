import type { EsiRoute } from '@hangar-bay/domain';
import type { Answer } from './limits/answer.js';
import type { Ledger } from './limits/ledger.js';
import { STATUS_ROUTE } from './limits/priority.js';
import type { Limits } from './limits/state.js';

/** What ESI says of its routes, and for how long that holds. */
export interface RouteReport {
  readonly down: readonly EsiRoute[];
  readonly freshSeconds: number;
}

/** Asks ESI how its routes are; null where it does not say. */
export type AskForReport = () => Promise<RouteReport | null>;

const FAILURES_UNTIL_ASKED = 3;
const ASKED_EVERY_MS = 60_000;

/**
 * Notices routes that keep failing, and asks ESI about them: once a minute over all workers.
 * `onReport` is called after each answer.
 */
export function createRouteWatch(ledger: Ledger, onReport: () => void) {
  const failures = new Map<EsiRoute, number>();
  let ask: AskForReport | null = null;
  let asking = false;

  async function askAndTell(askForReport: AskForReport): Promise<void> {
    const mayAsk = await ledger.change((limits, now) =>
      limits.status.askAt > now
        ? [limits, false]
        : [{ ...limits, status: { ...limits.status, askAt: now + ASKED_EVERY_MS } }, true],
    );
    const report = mayAsk ? await askForReport() : null;
    if (report !== null) {
      await ledger.change((limits, now) => {
        const askAt = now + Math.max(report.freshSeconds * 1000, ASKED_EVERY_MS);
        return [{ ...limits, status: { askAt, seenAt: now, down: [...report.down] } }, undefined];
      });
    }
  }

  function start(limits: Limits): void {
    if (ask === null || asking || limits.status.askAt > ledger.now()) {
      return;
    }
    asking = true;
    askAndTell(ask)
      .catch(() => undefined)
      .finally(() => {
        asking = false;
        onReport();
      });
  }

  return {
    useReport(askForReport: AskForReport): void {
      ask = askForReport;
    },

    note(limits: Limits, { route, status }: Answer): void {
      if (route === STATUS_ROUTE || status === null) {
        return;
      }
      const inARow = status >= 500 ? (failures.get(route) ?? 0) + 1 : 0;
      failures.set(route, inARow);
      if (inARow >= FAILURES_UNTIL_ASKED) {
        start(limits);
      }
    },

    /** How long a route that ESI calls down must not be asked, in milliseconds. When that is over, ESI is asked again. */
    waitFor(limits: Limits, route: EsiRoute): number {
      if (!limits.status.down.includes(route)) {
        return 0;
      }
      start(limits);
      return Math.max(limits.status.askAt - ledger.now(), asking ? 1_000 : 0);
    },
  };
}
