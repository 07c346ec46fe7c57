import { wrongUsage, type Env } from './verb.js';

/** Where `start` serves. */
const ON_THIS_MACHINE = 'http://127.0.0.1:3000';

/** The address of the API, without a slash at its end. @throws OpsError where it is none. */
export function readAddress(option: string | undefined, env: Env): string {
  const text = option ?? env['HANGAR_BAY_URL'] ?? ON_THIS_MACHINE;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw wrongUsage(`The address ${text} is none: expected one such as https://hangar-bay.example.`);
  }
  return text.replace(/\/+$/, '');
}
