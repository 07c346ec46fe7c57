/** One instruction of a Dockerfile: its word, its `--flags`, and what follows them. */
export interface Instruction {
  readonly word: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  /** Another stage, or an image. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile in their order, with the values of the ARGs before the first in its FROMs. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n');
  const args = new Map<string, string>();
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const line of lines.filter((each) => each.trim() !== '')) {
    const instruction = parseInstruction(line.trim());
    const stage = stages.at(-1);
    if (instruction.word === 'FROM') {
      const [base = '', name = ''] = instruction.text.split(/\s+AS\s+/);
      stages.push({
        name,
        base: base.replaceAll(/\$\{(\w+)\}/g, (_, arg: string) => args.get(arg) ?? ''),
        instructions: [],
      });
    } else if (stage) {
      stage.instructions.push(instruction);
    } else {
      const [name = '', value = ''] = instruction.text.split('=');
      args.set(name, value);
    }
  }
  return stages;
}

function parseInstruction(line: string): Instruction {
  const [, word = '', flagText = '', text = ''] = /^(\w+)\s+((?:--[\w-]+=\S+\s+)*)(.*)$/.exec(line) ?? [];
  const flags = [...flagText.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
  return { word, flags: Object.fromEntries(flags) as Record<string, string>, text };
}

/** The ENV of a stage and of all that it is made from; what it says itself counts. */
export function environmentOf(stages: readonly Stage[], name: string): Record<string, string> {
  const stage = stages.find((each) => each.name === name);
  if (!stage) {
    return {};
  }
  const own = stage.instructions
    .filter(({ word }) => word === 'ENV')
    .flatMap(({ text }) => [...text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)])
    .map(([, variable = '', quoted, plain = '']) => [variable, quoted ?? plain] as const);
  return { ...environmentOf(stages, stage.base), ...Object.fromEntries(own) };
}

/** What a stage itself says last with a word, such as CMD. */
export function lastOf(stage: Stage, word: string): string | undefined {
  return stage.instructions.findLast((instruction) => instruction.word === word)?.text;
}

/** The same, of a stage or else of the one that it is made from. */
export function lastInherited(stages: readonly Stage[], name: string, word: string): string | undefined {
  const stage = stages.find((each) => each.name === name);
  return stage && (lastOf(stage, word) ?? lastInherited(stages, stage.base, word));
}
