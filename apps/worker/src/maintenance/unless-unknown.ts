import { EsiError } from '@hangar-bay/esi-client';

/** Whether ESI's answer is that it knows no such thing, which lasts; other failures pass. */
export function isUnknown(error: unknown): boolean {
  return (
    error instanceof EsiError && error.kind === 'status' && (error.status === 404 || error.status === 400)
  );
}

/** The answer, or null where ESI's answer is that it knows no such thing. */
export async function unlessUnknown<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    if (isUnknown(error)) {
      return null;
    }
    throw error;
  }
}
