/** One side of a comparison: measures once and gives one figure. */
export type Measure = () => Promise<number>;

export interface Rounds {
  readonly ours: readonly number[];
  readonly limit: readonly number[];
}

/**
 * Measures two things in turn, so that what else the machine does falls on both. Which of them goes first changes with
 * every round. The first round of each warms up and does not count.
 */
export async function interleave(rounds: number, ours: Measure, limit: Measure): Promise<Rounds> {
  await ours();
  await limit();
  const figures: { ours: number[]; limit: number[] } = { ours: [], limit: [] };
  for (let round = 0; round < rounds; round += 1) {
    const oursFirst = round % 2 === 0;
    const first = await (oursFirst ? ours : limit)();
    const second = await (oursFirst ? limit : ours)();
    figures.ours.push(oursFirst ? first : second);
    figures.limit.push(oursFirst ? second : first);
  }
  return figures;
}
