interface Rule {
  readonly matches: RegExp;
  readonly keeps: boolean;
}

/** Whether a path of the build context is left out: the last pattern that matches it or a folder of it decides. */
export function parseDockerIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map(parseRule);
  return (path) => {
    const rule = rules.findLast(({ matches }) => matches.test(path));
    return rule !== undefined && !rule.keeps;
  };
}

function parseRule(line: string): Rule {
  const keeps = line.startsWith('!');
  const pattern = (keeps ? line.slice(1) : line)
    .replaceAll('.', '\\.')
    .replaceAll('**/', '(?:.+/)?')
    .replaceAll(/(?<!\.)\*/g, '[^/]*');
  return { matches: new RegExp(`^${pattern}(?:/.*)?$`), keeps };
}
