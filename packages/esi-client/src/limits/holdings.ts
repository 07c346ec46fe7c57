import type { Grant, ScopeTurn } from './grant.js';
import type { Priority } from './priority.js';

/** A turn in a scope that is not used within this time lapses. */
const TURN_LAPSE_MS = 1_000;

export type Holdings = ReturnType<typeof createHoldings>;

/** What a worker was granted and has not used. Times are milliseconds of the store's clock. */
export function createHoldings(slotLapseMs: number) {
  let slots: number[] = [];
  let batch = 0;
  /** When each was given. */
  let turns = new Map<string, number>();
  let permits: Grant['permits'] = { sweep: 0, item: 0 };

  const permitted = (priority: Priority) =>
    priority === 'sweep' ? Math.max(permits.sweep, permits.item) : permits.item;

  return {
    permitted,
    /** When the next request may be sent. */
    nextSlot: (): number | undefined => slots[0],
    hasTurn: (turn: ScopeTurn): boolean => turns.has(keyOf(turn)),

    /** How many more slots to ask for; none as long as there are enough, or those that there are lie far ahead. */
    slotsWanted(demand: number, now: number): number {
      const last = slots.at(-1) ?? -Infinity;
      return slots.length > batch / 2 || last > now + slotLapseMs ? 0 : Math.max(demand - slots.length, 0);
    },

    add(granted: Grant, now: number): void {
      slots = [...slots, ...granted.slots];
      batch = granted.slots.length > 0 ? granted.slots.length : batch;
      granted.turns.forEach((turn) => turns.set(keyOf(turn), now));
      permits = granted.permits;
    },

    /** Nothing beyond `cap` is started before the next grant. */
    capPermits(cap: number): void {
      permits = { sweep: Math.min(permits.sweep, cap), item: Math.min(permits.item, cap) };
    },

    use(turn: ScopeTurn): void {
      slots.shift();
      turns.delete(keyOf(turn));
    },

    dropSlots(): void {
      slots = [];
    },

    dropLapsed(now: number): void {
      const first = slots.findIndex((at) => at + slotLapseMs >= now);
      slots = first === -1 ? [] : first === 0 ? slots : slots.slice(first);
      turns = new Map([...turns].filter(([, at]) => at + TURN_LAPSE_MS >= now));
    },
  };
}

function keyOf({ scope, priority }: ScopeTurn): string {
  return `${priority} ${scope}`;
}
