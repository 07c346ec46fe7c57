/** What the command ends with; scripts rely on it. */
export const EXIT = { failed: 1, usage: 2, notSignedIn: 3 } as const;

/** Ends the command; the message is for the person at the terminal. */
export class OpsError extends Error {
  override name = 'OpsError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
