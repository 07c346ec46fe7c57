import { format } from './markdown.js';
import type { Row } from './judge.js';

const [LABELS, PLOT, ROW, PAD] = [430, 360, 26, 14];

/**
 * One chart of a run: the ratio of each row by its promise, so that 1 is the promise kept, whichever way it points. The
 * bar goes to the median, the line from the least to the most.
 */
export function writeChart(rows: readonly Row[]): string {
  const judged = rows.filter((row) => row.bound !== null && Number.isFinite(row.ratio));
  const shares = judged.map((row) =>
    [row.ratio, row.least, row.most].map((ratio) => shareOf(row, ratio)).sort((a, b) => a - b),
  );
  const most = Math.max(1.5, ...shares.flat());
  // Thousandfold and hundredth fit on one page only this way.
  const x = (share: number) => LABELS + PLOT * Math.log10(1 + 9 * Math.min(share / most, 1));
  const height = PAD * 2 + ROW * judged.length;
  const bars = judged.flatMap((row, index) => {
    const [low = 0, middle = 0, high = 0] = shares[index] ?? [];
    const top = PAD + ROW * index;
    return [
      `<text x="${LABELS - 8}" y="${top + 16}" text-anchor="end">${escapeText(`${row.subject} ${shorten(row.what)}`)}</text>`,
      `<rect x="${LABELS}" y="${top + 5}" width="${at(x(middle) - LABELS)}" height="${ROW - 12}" fill="${row.holds ? '#4a8' : '#c54'}"/>`,
      `<path d="M${at(x(low))} ${top + 12}H${at(x(high))}" stroke="#222" stroke-width="1.5"/>`,
      `<text x="${LABELS + PLOT + 8}" y="${top + 16}">${format(row.ratio)}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LABELS + PLOT + 70}" height="${height}" font-family="sans-serif" font-size="11">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...bars,
    `<path d="M${at(x(1))} ${PAD / 2}V${height - PAD / 2}" stroke="#222" stroke-dasharray="3 3"/>`,
    '</svg>',
    '',
  ].join('\n');
}

/** How far it is on the good side of its promise: 2 is twice as good. */
function shareOf({ bound }: Row, ratio: number): number {
  if (bound === null) {
    return 0;
  }
  return bound.kind === 'at least' ? ratio / bound.value : bound.value / ratio;
}

const at = (value: number) => Math.max(0, value).toFixed(1);
const shorten = (text: string) => (text.length > 62 ? `${text.slice(0, 61)}…` : text);
const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
