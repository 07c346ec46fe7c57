import { readFileSync } from 'node:fs';

/** The version of the package that a module lies in, in its `src` or `dist`. */
export function readVersion(moduleUrl: string): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', moduleUrl), 'utf8')) as {
    version: string;
  };
  return version;
}
