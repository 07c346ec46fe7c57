/** A failure that a person can act on: what happened, to which file or port, and what to do. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}
