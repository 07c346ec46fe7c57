import { expect, test } from '@jest/globals';
import { describeLimits } from './describe.js';
import { NO_LIMITS, NO_SCOPE } from './state.js';

const NOW = 1_000_000;

test('nothing is held back at first, and the whole budget is there', () => {
  expect(describeLimits(NO_LIMITS, NOW)).toEqual({ errorBudget: 100, pausedBy: [] });
});

test("ESI's count of errors shortens the budget, and holds requests back before it is used up", () => {
  const after = (used: number) => ({ ...NO_LIMITS, window: { endsAt: NOW + 1, used } });
  expect(describeLimits(after(40), NOW)).toEqual({ errorBudget: 60, pausedBy: [] });
  expect(describeLimits(after(90), NOW)).toEqual({ errorBudget: 10, pausedBy: ['error_limit'] });
  expect(describeLimits(after(120), NOW).errorBudget).toBe(0);
  expect(describeLimits(after(90), NOW + 1)).toEqual({ errorBudget: 100, pausedBy: [] });
});

test('each reason is told, until it has passed', () => {
  const limits = {
    ...NO_LIMITS,
    pausedUntil: NOW + 1,
    scopes: { 'group:market': { ...NO_SCOPE, pausedUntil: NOW + 2 } },
    health: { failures: 10, changes: 1 },
  };
  expect(describeLimits(limits, NOW).pausedBy).toEqual(['error_limit', 'rate_limit', 'esi_down']);
  expect(describeLimits(limits, NOW + 1).pausedBy).toEqual(['rate_limit', 'esi_down']);
  expect(describeLimits(limits, NOW + 2).pausedBy).toEqual(['esi_down']);
});
