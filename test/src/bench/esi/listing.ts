import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { createMarket, FIRST_CONTRACT_ID, type Market } from '../data/market.js';
import { readUniverse, THE_FORGE } from '../data/universe.js';

const PAGE_SIZE = 1_000;
const DAY_MS = 86_400_000;
/** Its contracts are none of those that the databases of the bench hold already. */
const FIRST_INDEX = 10_000_000;

/** Of which contracts a region's list is made: a window that moves on as contracts come and go. */
export interface ListOptions {
  readonly seed: number;
  readonly contracts: number;
  /** When it all begins; the same for everybody who draws from the same market. Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface Body {
  readonly plain: Buffer;
  readonly zipped: Buffer | undefined;
  readonly etag: string;
}

/** The market of one region as ESI lists it. */
function createListedMarket({ seed, contracts, startedAt }: ListOptions): Market {
  return createMarket({
    seed,
    universe: readUniverse(),
    regionId: THE_FORGE,
    lifeOf: (index, random) => ({
      issued: startedAt - 12 * DAY_MS * Math.max(0, 1 - (index - FIRST_INDEX) / contracts),
      expires: startedAt + DAY_MS * (2 + 12 * random.fraction()),
    }),
  });
}

/** The pages of the list, made when they are first asked for in a generation and kept while they are. */
export function createListing(options: ListOptions) {
  const market = createListedMarket(options);
  const pageCount = Math.max(1, Math.ceil(options.contracts / PAGE_SIZE));
  let first = FIRST_INDEX;
  let madeAt = Math.floor(Date.now() / 1_000) * 1_000;
  let pages = new Map<number, Body>();

  return {
    pageCount,
    madeAt: () => madeAt,

    page(number: number): Body {
      const start = first + (number - 1) * PAGE_SIZE;
      const end = Math.min(start + PAGE_SIZE, first + options.contracts);
      const body =
        pages.get(number) ??
        createBody(Array.from({ length: end - start }, (_, at) => market.contract(start + at).row));
      pages.set(number, body);
      return body;
    },

    items: (contractId: number): Body => createBody(market.contract(contractId - FIRST_CONTRACT_ID).items),

    /** The oldest leave, as many new ones come, and the list is of another generation. */
    moveOn(churn: number): void {
      first += churn;
      // ESI's times have whole seconds, and two generations never share one.
      madeAt = Math.max(madeAt + 1_000, Math.floor(Date.now() / 1_000) * 1_000);
      // Without churn every page stays what it is.
      pages = churn === 0 ? pages : new Map<number, Body>();
    },
  };
}

export function createBody(value: unknown): Body {
  const plain = Buffer.from(JSON.stringify(value));
  return {
    plain,
    zipped: plain.length >= 1_024 ? gzipSync(plain, { level: 1 }) : undefined,
    etag: `W/"${createHash('sha1').update(plain).digest('hex')}"`,
  };
}
