/** What clients must know of: what could break them, and what could not. */
export interface Changes {
  readonly breaking: readonly string[];
  readonly compatible: readonly string[];
}

export type Note = (kind: keyof Changes, where: string, what: string) => void;

export type Tree<Value> = Readonly<Record<string, Value>>;

/** Notes keys that are gone, which breaks, and new ones, which breaks where `breaks` says so; compares the others. */
export function eachKey<Value>(
  before: Tree<Value> | undefined,
  after: Tree<Value> | undefined,
  note: Note,
  where: string,
  compare: (key: string, before: Value, after: Value) => void,
  breaks: (added: Value, key: string) => boolean = () => false,
): void {
  for (const [key, value] of Object.entries(before ?? {})) {
    const now = after?.[key];
    if (now === undefined) {
      note('breaking', `${where} ${key}`.trim(), 'is gone');
    } else {
      compare(key, value, now);
    }
  }
  for (const [key, value] of Object.entries(after ?? {})) {
    if (before?.[key] === undefined) {
      const isBreaking = breaks(value, key);
      note(
        isBreaking ? 'breaking' : 'compatible',
        `${where} ${key}`.trim(),
        isBreaking ? 'is new and required' : 'is new',
      );
    }
  }
}
