import { expect, test } from '@jest/globals';
import { createKnownUrls, type AnswerUrl } from './known-urls.js';

test('long URLs are not remembered: anybody can make thousands of them', () => {
  const known = createKnownUrls();
  const answer: AnswerUrl = () => Promise.resolve();
  const long = `/api/v1/contracts?type_id=${'587,'.repeat(300)}587`;
  known.set('/api/v1/contracts?limit=7', answer);
  known.set(long, answer);
  expect(known.get('/api/v1/contracts?limit=7')).toBe(answer);
  expect(known.get(long)).toBeUndefined();
});
