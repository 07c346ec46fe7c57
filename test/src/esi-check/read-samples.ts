import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EsiRoute } from '@hangar-bay/domain';
import type { RouteAnswers } from './check-answers.js';

interface Source {
  route: EsiRoute;
  folder: string;
  file: RegExp;
  /** The file holds many answers, in a list or an object by id. */
  holdsMany: boolean;
}

const SOURCES: readonly Source[] = [
  {
    route: '/contracts/public/{region_id}',
    folder: '.',
    file: /^contracts-public-.*\.json$/,
    holdsMany: false,
  },
  { route: '/contracts/public/items/{contract_id}', folder: 'items', file: /\.json$/, holdsMany: false },
  { route: '/contracts/public/bids/{contract_id}', folder: 'bids', file: /\.json$/, holdsMany: false },
  {
    route: '/dogma/dynamic/items/{type_id}/{item_id}',
    folder: 'dogma',
    file: /^dogma-dynamic-items-.*\.json$/,
    holdsMany: false,
  },
  { route: '/universe/types/{type_id}', folder: 'universe', file: /-types-.*\.json$/, holdsMany: true },
  { route: '/universe/groups/{group_id}', folder: 'universe', file: /-groups-.*\.json$/, holdsMany: true },
  {
    route: '/universe/categories/{category_id}',
    folder: 'universe',
    file: /-categories-.*\.json$/,
    holdsMany: true,
  },
];

/** Reads recorded answers of ESI from a folder that the sandbox can replay too. Routes without a record are left out. */
export function readSamples(folder: string): RouteAnswers[] {
  return SOURCES.flatMap(({ route, folder: inner, file, holdsMany }) => {
    const contents = listFiles(join(folder, inner), file).map(
      (path) => JSON.parse(readFileSync(path, 'utf8')) as unknown,
    );
    const answers = holdsMany
      ? contents.flatMap((content) => Object.values<unknown>(content as Record<string, unknown>))
      : contents;
    return answers.length === 0 ? [] : [{ route, answers }];
  });
}

function listFiles(folder: string, file: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => file.test(name))
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
