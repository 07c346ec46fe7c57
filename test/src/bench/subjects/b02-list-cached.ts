import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { interleave } from '../stage/interleave.js';
import { startLimit } from '../stage/limit-process.js';
import { requestsPerSecond, type Load } from '../stage/load.js';
import { startApi } from '../stage/product-process.js';
import type { Subject } from '../subject.js';
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
    const bound = { kind: 'at least', value: 0.8 } as const;
    const beside = 'bare Express answering the same bytes from memory';
    return [
      {
        subject: 'B2',
        what: `GET ${LIST}, cached, ${body.length} bytes`,
        beside,
        unit: 'requests/s',
        ...(await interleave(
          rounds,
          () => perSecond(of(api.url, LIST)),
          () => perSecond(of(limit.url, '/')),
        )),
        bound,
      },
      {
        subject: 'B2',
        what: `GET ${LIST}, If-None-Match, 304`,
        beside,
        unit: 'requests/s',
        ...(await interleave(
          rounds,
          () => perSecond(of(api.url, LIST, first.headers.get('etag'))),
          () => perSecond(of(limit.url, '/', '"always-the-same"')),
        )),
        bound,
      },
    ];
  },
};
