/** A place in an order: the value of the sorted column as text, and the contract that breaks ties. */
export interface Position {
  /** Null: among the rows without a value, which come last. */
  readonly value: string | null;
  readonly contract_id: number;
}

/** Where a page starts, and which way it goes from there. */
export interface Start {
  readonly direction: 'after' | 'before';
  /** Null: from the first row on, or, going back, from the last. */
  readonly position: Position | null;
  /** Whether the row at the position itself belongs to the page. */
  readonly inclusive: boolean;
}

export const FROM_THE_TOP: Start = { direction: 'after', position: null, inclusive: false };

/** All that the page does not reach: the same place, the other way. */
export function oppositeOf({ direction, position, inclusive }: Start): Start {
  return { direction: direction === 'after' ? 'before' : 'after', position, inclusive: !inclusive };
}

/** Where what lies before a page starts; null: it is the first. */
export function behindPage({
  start,
  offset,
}: {
  readonly start: Start;
  readonly offset: number;
}): Start | null {
  if (start.position === null && offset === 0) {
    return null;
  }
  // Whoever jumps to a page that is behind the last one can go back wherever there is any row at all.
  return offset > 0 ? start : oppositeOf(start);
}
