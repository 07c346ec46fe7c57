import { createRandom } from '../random.js';
import type { Fault } from './fault-schema.js';

export interface ActiveFault {
  id: number;
  fault: Fault;
  /** How often it has struck. */
  applied: number;
}

export interface Faults {
  add(fault: Fault): ActiveFault;
  list(): readonly ActiveFault[];
  clear(): void;
  /** The fault that strikes a request, if any: the first that matches and whose draw comes up. */
  strike(template: string, path: string): ActiveFault | undefined;
}

/** Draws follow the seed, so a run of a drill can be repeated. */
export function createFaults(seed: number): Faults {
  const random = createRandom(seed, 40);
  let active: ActiveFault[] = [];
  let lastId = 0;

  function matches({ fault, applied }: ActiveFault, template: string, path: string): boolean {
    return (
      (fault.route === '*' || fault.route === template) &&
      (fault.count === undefined || applied < fault.count) &&
      (fault.path_includes === undefined || path.includes(fault.path_includes)) &&
      (fault.kind !== 'regenerate_mid_walk' || /[?&]page=([2-9]|\d\d)/.test(path)) &&
      (fault.probability === undefined || random.chance(fault.probability))
    );
  }

  return {
    add: (fault) => {
      const added = { id: (lastId += 1), fault, applied: 0 };
      active.push(added);
      return added;
    },
    list: () => active,
    clear: () => {
      active = [];
    },
    strike: (template, path) => {
      const struck = active.find((candidate) => matches(candidate, template, path));
      if (struck !== undefined) {
        struck.applied += 1;
      }
      return struck;
    },
  };
}
