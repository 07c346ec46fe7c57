import { apiEnv } from '@hangar-bay/api';
import { sandboxEnv } from '@hangar-bay/esi-sandbox';
import { standaloneEnv } from '@hangar-bay/standalone';
import { workerEnv } from '@hangar-bay/worker';
import type { z } from 'zod';

/** Every variable of every app, in the order in which the README tells them. */
export const EVERY_VARIABLE: Readonly<Record<string, z.ZodType>> = {
  ...sandboxEnv.shape,
  ...standaloneEnv.shape,
  ...workerEnv.shape,
  ...apiEnv.shape,
};

/** The assignments of .env.example, those that are commented out too. */
export function readExample(text: string): { name: string; value: string; isSet: boolean }[] {
  return [...text.matchAll(/^(# )?([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(([, comment, name = '', value = '']) => ({
    name,
    value,
    isSet: comment === undefined,
  }));
}
