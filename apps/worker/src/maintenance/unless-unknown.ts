import { EsiError } from '@hangar-bay/esi-client';

/** The answer, or null where ESI's answer is that it knows no such thing. */
export async function unlessUnknown<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    if (
      error instanceof EsiError &&
      error.kind === 'status' &&
      (error.status === 404 || error.status === 400)
    ) {
      return null;
    }
    throw error;
  }
}
