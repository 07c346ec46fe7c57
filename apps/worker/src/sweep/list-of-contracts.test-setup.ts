import { describePage } from './describe-page.js';
import { walkPages, type Walk, type WalkedPage } from './walk-pages.js';

const PAGE_SIZE = 3;
export const MINUTE = 60_000;
/** When the clock of the walks was at 0. */
const START = Date.UTC(2026, 7, 4);

/** What happens at ESI before it answers the next request. */
export interface Moment {
  readonly event: 'quiet' | 'regenerate' | 'fail' | 'not_found';
  /** Of the list that a regeneration makes: how many rows its oldest end loses and how many new ones it gets. */
  readonly taken: number;
  readonly issued: number;
  readonly passMs: number;
  /** How long the answers of the generation stay fresh. */
  readonly freshMs: number;
  /** An unchanged page says nothing but that. */
  readonly bare304: boolean;
  /** Turns of the event loop until the answer is there, so that answers overtake one another. */
  readonly turns: number;
}

export const QUIET: Moment = {
  event: 'quiet',
  taken: 0,
  issued: 0,
  passMs: 10,
  freshMs: MINUTE,
  bare304: false,
  turns: 0,
};

interface Generation {
  readonly lastModified: Date;
  readonly ids: readonly number[];
}

/** ESI with one region, and the store beside it that a sweep fills. Time moves with requests and sleeps only. */
export class ListOfContracts {
  readonly generations: Generation[] = [];
  /** Page by page, what was answered last. */
  readonly stored = new Map<number, { ids: readonly number[]; walked: WalkedPage }>();
  requests: number[] = [];
  tooEarly: string[] = [];
  now = 1_000_000;
  private freshUntil: number;
  private nextId = 1;
  private countedPages = 0;
  private readonly moments: Moment[];
  private readonly named: boolean;

  constructor(size: number, moments: readonly Moment[] = [], { named = true, freshMs = MINUTE } = {}) {
    this.moments = [...moments];
    this.named = named;
    this.freshUntil = this.now + freshMs;
    this.regenerate(0, size);
  }

  /** What happens before the next requests. */
  expect(...moments: readonly Moment[]): void {
    this.moments.push(...moments);
  }

  /** ESI makes the list anew between two sweeps. */
  expire({ taken, issued }: Pick<Moment, 'taken' | 'issued'>): void {
    this.freshUntil = this.now + MINUTE;
    this.regenerate(taken, issued);
  }

  get current(): Generation {
    return this.generations.at(-1) as Generation;
  }

  get pageCount(): number {
    return Math.max(1, Math.ceil(this.current.ids.length / PAGE_SIZE));
  }

  /** Sweeps once, as a worker does: pages that are stored and fresh are held. */
  walk(): Promise<Walk> {
    this.requests = [];
    const fresh = [...this.stored].filter(([, { walked }]) => walked.freshUntil > this.now);
    return walkPages({
      held: new Map(fresh.map(([page, { walked }]) => [page, walked])),
      fetchPage: (page) => this.fetchPage(page),
      now: () => this.now,
      sleep: (ms) => {
        this.now += ms;
        return Promise.resolve();
      },
    });
  }

  private async fetchPage(page: number): Promise<WalkedPage | 'absent' | 'end'> {
    this.requests.push(page);
    if ((this.stored.get(page)?.walked.freshUntil ?? 0) > this.now) {
      this.tooEarly.push(`page ${page} at ${this.now}`);
    }
    const moment = this.moments.shift() ?? QUIET;
    this.now += moment.passMs;
    for (let turn = 0; turn < moment.turns; turn += 1) {
      await Promise.resolve();
    }
    if (moment.event === 'regenerate') {
      this.freshUntil = this.now + moment.freshMs;
      this.regenerate(moment.taken, moment.issued);
    }
    if (moment.event === 'fail') {
      throw new Error(`page ${page} could not be had`);
    }
    if (page > this.pageCount) {
      return page > this.countedPages ? 'end' : 'absent';
    }
    return moment.event === 'not_found' ? 'absent' : this.answer(page, moment);
  }

  private answer(page: number, { bare304 }: Moment): WalkedPage {
    const ids = this.current.ids.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
    const before = this.stored.get(page);
    const unchanged = bare304 && before?.ids.join() === ids.join();
    const walked = describePage(
      {
        ...(unchanged ? { kind: 'unchanged' } : { kind: 'rows', rows: [] }),
        etag: null,
        lastModified: this.named && !unchanged ? this.current.lastModified : null,
        date: new Date(START + Math.floor(this.now / 1000) * 1000),
        pageCount: unchanged ? null : this.pageCount,
        freshSeconds: Math.max(0, this.freshUntil - this.now) / 1000,
      },
      before && {
        last_modified: before.walked.lastModified,
        named: before.walked.named,
        page_count: before.walked.pageCount,
      },
      ids.length < PAGE_SIZE ? page : page + 1,
      this.now,
    );
    this.stored.set(page, { ids, walked });
    this.countedPages = unchanged ? this.countedPages : Math.max(this.countedPages, this.pageCount);
    return walked;
  }

  private regenerate(taken: number, issued: number): void {
    const left = this.generations.at(-1)?.ids.slice(taken) ?? [];
    const fresh = Array.from({ length: issued }, () => this.nextId++);
    // Generations are named in whole seconds, and no two the same.
    const second = Math.floor(this.now / 1000) * 1000;
    const before = this.generations.at(-1)?.lastModified.getTime() ?? 0;
    const lastModified = new Date(Math.max(START + second, before + 1000));
    this.generations.push({ lastModified, ids: [...left, ...fresh] });
  }
}

/** The contracts that a sweep would take for all there are. */
export function idsOfPages(list: ListOfContracts, pageCount: number): number[] {
  return [...list.stored]
    .filter(([page]) => page <= pageCount)
    .sort(([a], [b]) => a - b)
    .flatMap(([, { ids }]) => ids);
}
