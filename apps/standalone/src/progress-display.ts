import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { Progress } from './progress-source.js';

/** A log wants to be read afterwards; a terminal is watched. */
const LINE_INTERVAL_MS = 2_000;

const PHASES = ['regions', 'contracts', 'names'] as const;

export interface ProgressDisplay {
  show(progress: Progress): void;
  end(): void;
}

/** A bar per phase on a terminal, a line every 2 s while something moves otherwise. */
export function createProgressDisplay(output: NodeJS.WriteStream): ProgressDisplay {
  return output.isTTY ? createBars(output) : createLines(output);
}

function createBars(output: NodeJS.WriteStream): ProgressDisplay {
  const bars = new MultiBar(
    { stream: output, format: '  {phase} [{bar}] {value} of {total}', hideCursor: true, gracefulExit: false },
    Presets.rect,
  );
  const byPhase = new Map<string, SingleBar>();
  return {
    show(progress) {
      for (const phase of PHASES) {
        const { done, total } = progress[phase];
        const bar = byPhase.get(phase) ?? bars.create(total, 0, { phase: phase.padEnd(9) });
        byPhase.set(phase, bar);
        bar.setTotal(total);
        bar.update(done);
      }
    },
    end: () => bars.stop(),
  };
}

function createLines(output: NodeJS.WriteStream): ProgressDisplay {
  let last = '';
  let lastAt = -Infinity;
  return {
    show(progress) {
      if (performance.now() - lastAt < LINE_INTERVAL_MS) {
        return;
      }
      lastAt = performance.now();
      const line = PHASES.map((phase) => `${phase} ${progress[phase].done} of ${progress[phase].total}`).join(
        ', ',
      );
      if (line !== last) {
        output.write(`  ${line}, ships visible: ${progress.ships}\n`);
        last = line;
      }
    },
    end: () => undefined,
  };
}
