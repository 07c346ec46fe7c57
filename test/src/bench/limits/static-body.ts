import { readFileSync } from 'node:fs';
import express from 'express';
import { serve } from './serve.js';

/**
 * Bare Express: a body that is always the same, and 304 for those who know it. Its own ETags would cost a hash each. The
 * body is the API's own: whoever asks decodes it, and text that is not all ASCII takes more than twice as long.
 */
const body = readFileSync(process.env['BENCH_BODY_FILE'] ?? '');
const ETAG = '"always-the-same"';

const app = express();
app.disable('etag');
app.disable('x-powered-by');
app.get('/', (request, response) => {
  response.setHeader('ETag', ETAG);
  if (request.headers['if-none-match'] === ETAG) {
    response.status(304).end();
    return;
  }
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', body.length);
  response.end(body);
});

serve(app);
