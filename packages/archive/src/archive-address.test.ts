import { expect, test } from '@jest/globals';
import { parseArchiveUrl } from './archive-address.js';

test.each([
  ['file:///var/archive', { kind: 'file', directory: '/var/archive' }],
  ['file:///var/a%20b/', { kind: 'file', directory: '/var/a b/' }],
  ['s3://bucket', { kind: 's3', url: 's3://bucket', bucket: 'bucket', prefix: '' }],
  ['s3://bucket/', { kind: 's3', url: 's3://bucket', bucket: 'bucket', prefix: '' }],
  [
    's3://My.bucket_1/a%20b/c/',
    { kind: 's3', url: 's3://My.bucket_1/a%20b/c', bucket: 'My.bucket_1', prefix: 'a b/c' },
  ],
])('%s names a place', (text, address) => {
  expect(parseArchiveUrl(text)).toMatchObject(address);
});

test.each([
  'archive',
  '/var/archive',
  'https://bucket.example',
  'file://other-machine/archive',
  's3:///prefix',
  's3://no',
  's3://key:secret@bucket',
  's3://bucket:9000/prefix',
  's3://bucket/prefix?region=x',
  's3://bucket#x',
])('%s names none', (text) => {
  expect(parseArchiveUrl(text)).toBeNull();
});
