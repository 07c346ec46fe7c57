/** Writes a line; `isUrgent`: at once, with all that came before. */
export type WriteLine = (line: string, isUrgent: boolean) => void;

/**
 * Writes all lines of a turn of the event loop at once: with ten busy clients that is one call of the system for eight requests.
 *
 * None is lost where the process ends by itself, by `process.exit` or by an uncaught error; a signal that nothing can
 * handle takes those of the current turn along.
 */
export function gatherLines(output: Pick<NodeJS.WritableStream, 'write'>): WriteLine {
  let gathered = '';
  let turn: NodeJS.Immediate | undefined;

  function flush(): void {
    clearImmediate(turn);
    turn = undefined;
    process.off('exit', flush);
    const lines = gathered;
    gathered = '';
    output.write(lines);
  }

  return (line, isUrgent) => {
    gathered += line;
    if (isUrgent) {
      flush();
    } else if (turn === undefined) {
      turn = setImmediate(flush);
      process.once('exit', flush);
    }
  };
}
