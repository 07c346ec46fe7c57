import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { interleave } from '../stage/interleave.js';
import { startLimit } from '../stage/limit-process.js';
import { requestsPerSecond, type Load } from '../stage/load.js';
import { startApi } from '../stage/product-process.js';
import type { Result, Subject } from '../subject.js';
import { sizesOf } from './sizes.js';

const LIST = '/api/v1/contracts';

export const listCached: Subject = {
  id: 'B2',
  title: 'List, cached; and 304',

  async measure(stage) {
    const { rounds } = stage.options;
    const api = await startApi(stage, await stage.marketDatabase(sizesOf(stage.options).market));
    const first = await fetch(`${api.url}${LIST}`, { headers: { 'accept-encoding': 'identity' } });
    const body = Buffer.from(await first.arrayBuffer());
    const bodyFile = join(stage.options.data, 'body.json');
    await writeFile(bodyFile, body);
    const limit = await startLimit(stage, 'static-body', { BENCH_BODY_FILE: bodyFile });
    const perSecond = (load: Load) => requestsPerSecond(stage, load);
    const of = (url: string, path: string, etag?: string | null): Load =>
      etag ? { url, paths: [path], headers: { 'if-none-match': etag }, status: 304 } : { url, paths: [path] };
    const ours = of(api.url, LIST);
    const ours304 = of(api.url, LIST, first.headers.get('etag'));
    const express = of(limit.url, '/');
    const express304 = of(limit.url, '/', '"always-the-same"');
    const rows = [
      [`GET ${LIST}, cached, ${body.length} bytes`, ours, 'bare Express answering the same bytes', express],
      [`GET ${LIST}, If-None-Match, 304`, ours304, 'bare Express answering those bytes', express],
      [`GET ${LIST}, If-None-Match, 304, beside a 304`, ours304, 'bare Express answering 304', express304],
    ] as const;
    const results: Result[] = [];
    for (const [what, load, beside, limitLoad] of rows) {
      const measured = await interleave(
        rounds,
        () => perSecond(load),
        () => perSecond(limitLoad),
      );
      const bound = { kind: 'at least', value: 0.8 } as const;
      results.push({ subject: 'B2', what, beside, unit: 'requests/s', ...measured, bound });
    }
    return results;
  },
};
