import type { Logger } from '@hangar-bay/runtime';
import type { MissingNamesCounter } from './metrics.js';

/** What is named, and what will learn the name. Structures are not here: nobody may tell theirs. */
const RESOLVED_BY = {
  region: 'maintenance task names',
  issuer: 'maintenance task names',
  corporation: 'maintenance task names',
  station: 'maintenance task locations',
  type: 'the next contract job that meets the type',
  category: 'maintenance task taxonomy',
} as const;

export type NamedKind = keyof typeof RESOLVED_BY;

/** A thing that an answer names. */
export interface NamedThing {
  readonly kind: NamedKind;
  readonly id: bigint | number | null;
  readonly name: string | null;
}

export interface MissingNames {
  /** Counts what has an id and no name, and logs each the first time. */
  report(things: readonly NamedThing[]): void;
}

/** Ids beyond it are counted and no longer logged. */
const MAX_LOGGED = 500;

export function createMissingNames(counter: MissingNamesCounter, logger: Logger): MissingNames {
  const logged = new Set<string>();

  function logOnce({ kind, id }: NamedThing): void {
    const key = `${kind} ${id}`;
    if (logged.has(key) || logged.size >= MAX_LOGGED) {
      return;
    }
    logged.add(key);
    logger.info('a name is missing', { kind, id: Number(id), resolved_by: RESOLVED_BY[kind] });
  }

  return {
    report(things) {
      for (const thing of things) {
        if (thing.id !== null && thing.name === null) {
          counter.inc({ kind: thing.kind });
          logOnce(thing);
        }
      }
    },
  };
}
