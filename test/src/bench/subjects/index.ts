import type { Subject } from '../subject.js';
import { listNotCached } from './b01-list-not-cached.js';
import { listCached } from './b02-list-cached.js';
import { costliestQuery } from './b03-costliest-query.js';
import { deepPage } from './b04-deep-page.js';
import { growingMarket } from './b05-growing-market.js';
import { coldIngestSlowEsi } from './b06-cold-ingest-slow-esi.js';
import { coldIngestFastEsi } from './b07-cold-ingest-fast-esi.js';
import { unchangedSweep } from './b08-unchanged-sweep.js';
import { churn } from './b09-churn.js';
import { newGeneration } from './b10-new-generation.js';
import { memory } from './b11-memory.js';
import { severalWorkers } from './b12-several-workers.js';
import { otherAnswers } from './b13-other-answers.js';
import { apiBesideIngest } from './b14-api-beside-ingest.js';

export const SUBJECTS: readonly Subject[] = [
  listNotCached,
  listCached,
  costliestQuery,
  deepPage,
  growingMarket,
  coldIngestSlowEsi,
  coldIngestFastEsi,
  unchangedSweep,
  churn,
  newGeneration,
  memory,
  severalWorkers,
  otherAnswers,
  apiBesideIngest,
];
