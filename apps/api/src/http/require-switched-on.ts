import type { FlagName, Flags } from '@hangar-bay/database';
import { Problem } from './problem.js';

/** Somebody who waits may ask again after so long: switches are read every few seconds. */
const RETRY_SECONDS = 30;

/** @throws Problem switched_off, with who did so and why. */
export async function requireSwitchedOn(flags: Flags, name: FlagName): Promise<void> {
  if (await flags.isOn(name)) {
    return;
  }
  const flag = await flags.find(name);
  const reason = flag === undefined ? '' : `: ${flag.reason}`;
  throw new Problem('switched_off', `An operator has switched ${name} off${reason}.`, {
    headers: { 'Retry-After': String(RETRY_SECONDS) },
  });
}
