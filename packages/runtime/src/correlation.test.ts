import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { currentCorrelation, withCorrelation } from './correlation.js';

describe('a correlation', () => {
  test('is empty outside of every context', () => {
    expect(currentCorrelation()).toEqual({});
  });

  test('nests: the inner one adds to the outer one and ends before it', () => {
    withCorrelation({ queue: 'contract', job_id: '1' }, () => {
      withCorrelation({ job_id: '2', region_id: 10_000_002 }, () => {
        expect(currentCorrelation()).toEqual({ queue: 'contract', job_id: '2', region_id: 10_000_002 });
      });
      expect(currentCorrelation()).toEqual({ queue: 'contract', job_id: '1' });
    });
  });

  test('hands on what the work returns', () => {
    expect(withCorrelation({}, () => 7)).toBe(7);
  });

  test('follows work that waits, and keeps work side by side apart', async () => {
    const work = (job_id: string): Promise<unknown> =>
      withCorrelation({ job_id }, async () => {
        await turn();
        return currentCorrelation();
      });
    expect(await Promise.all([work('1'), work('2')])).toEqual([{ job_id: '1' }, { job_id: '2' }]);
  });
});
