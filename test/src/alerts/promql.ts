/** What a query asks for: a metric, and the labels that it is chosen by. */
export interface Selector {
  readonly name: string;
  /** By label; an alternation gives several values, and other patterns are kept as they are. */
  readonly matchers: readonly { readonly label: string; readonly values: readonly string[] }[];
}

export interface QueryParts {
  readonly selectors: readonly Selector[];
  /** What is grouped and matched by: in `by (…)`, `on (…)` and their like. */
  readonly groupings: readonly string[];
}

const KEYWORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'group_left', 'group_right']);
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const STRING = /"(?:[^"\\]|\\.)*"/g;
const MATCHER = /(\w+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g;

/** Takes a query apart, as far as names go; whether it is one at all is promtool's to say. */
export function readQuery(expr: string): QueryParts {
  const groupings = [...expr.matchAll(GROUPING)].flatMap(([, labels = '']) => labels.match(/\w+/g) ?? []);
  const selectors = [
    ...expr
      .replaceAll(GROUPING, ' ')
      .matchAll(/(?<![\w:.$"])([a-zA-Z_][\w:]*)\s*(\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\}|\()?/g),
  ]
    .filter(({ index }) => !isInString(expr.replaceAll(GROUPING, ' '), index))
    .filter(([, name = '', next]) => next !== '(' && !KEYWORDS.has(name))
    .map(([, name = '', matchers = '']) => ({ name, matchers: readMatchers(matchers) }));
  return { selectors, groupings };
}

function isInString(text: string, at: number): boolean {
  return [...text.matchAll(STRING)].some(({ index, 0: { length } }) => index < at && at < index + length);
}

function readMatchers(text: string): Selector['matchers'] {
  return [...text.matchAll(MATCHER)].map(([, label = '', pattern = '']) => ({
    label,
    values: /^[\w|-]+$/.test(pattern) ? pattern.split('|') : [pattern],
  }));
}
