import { expect, test } from '@jest/globals';
import { createRouteLabels } from './route-labels.js';

const labels = createRouteLabels([
  '/api/v1/contracts',
  '/api/v1/contracts/ships',
  '/api/v1/contracts/{contract_id}',
  '/api/v1/admin/dead-letters/{id}/retry',
]);

test.each([
  ['/api/v1/contracts', '/api/v1/contracts'],
  ['/API/v1/contracts/', '/api/v1/contracts'],
  ['/api/v1/contracts/ships', '/api/v1/contracts/ships'],
  ['/api/v1/contracts/123', '/api/v1/contracts/{contract_id}'],
  ['/api/v1/contracts/nope', '/api/v1/contracts/{contract_id}'],
  ['/api/v1/contracts/1/2', 'unmatched'],
  ['/api/v1/admin/dead-letters/dlq-1/retry', '/api/v1/admin/dead-letters/{id}/retry'],
  ['/docs/swagger-ui.css', '/docs'],
  ['/documents', 'unmatched'],
  ['/admin/queues/api/queues', '/admin/queues'],
  ['/', 'unmatched'],
  ['/wp-login.php', 'unmatched'],
])('%s is counted as %s', (path, label) => {
  expect(labels.of(path)).toBe(label);
});
