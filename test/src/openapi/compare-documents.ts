import { compareSchemas, type Schema } from './compare-schemas.js';
import { eachKey, type Changes, type Note, type Tree } from './changes.js';

export interface OpenApiDocument {
  readonly paths: Tree<Tree<Operation>>;
  readonly components?: { readonly schemas?: Tree<Schema> };
  readonly security?: Security;
}

type Security = readonly object[];
type Content = Tree<{ readonly schema?: Schema }>;

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses?: Tree<{ readonly headers?: Tree<object>; readonly content?: Content }>;
  readonly security?: Security;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly style?: string;
  readonly explode?: boolean;
  readonly schema?: Schema;
}

/** What changes for clients between two documents; texts and examples do not count. */
export function compareDocuments(before: OpenApiDocument, after: OpenApiDocument): Changes {
  const found = { breaking: new Set<string>(), compatible: new Set<string>() };
  const note: Note = (kind, where, what) => found[kind].add(`${where}: ${what}`);
  const schemasOf = compareSchemas(
    { before: before.components?.schemas, after: after.components?.schemas },
    note,
  );

  eachKey(before.paths, after.paths, note, '', (path, pathBefore, pathAfter) =>
    eachKey(pathBefore, pathAfter, note, path, (method, old, now) => {
      const where = `${method.toUpperCase()} ${path}`;
      const security = [old.security ?? before.security, now.security ?? after.security] as const;
      compareOperations(where, old, now, security);
    }),
  );
  return { breaking: [...found.breaking], compatible: [...found.compatible] };

  function compareOperations(
    where: string,
    old: Operation,
    now: Operation,
    security: readonly [Security | undefined, Security | undefined],
  ): void {
    if (old.operationId !== now.operationId) {
      note('breaking', where, `operationId was ${old.operationId}, is ${now.operationId}`);
    }
    eachKey(waysIn(security[0]), waysIn(security[1]), note, `${where} with security`, () => undefined);
    compareParameters(where, byName(old), byName(now));
    compareBodies(where, old.requestBody, now.requestBody);
    eachKey(old.responses, now.responses, note, where, (status, answer, answerNow) => {
      const at = `${where} ${status}`;
      eachKey(answer.headers, answerNow.headers, note, `${at} header`, () => undefined);
      compareContents('answer', at, answer.content, answerNow.content);
    });
  }

  function compareParameters(where: string, old: Tree<Parameter>, now: Tree<Parameter>): void {
    eachKey(
      old,
      now,
      note,
      where,
      (name, parameter, parameterNow) => {
        const at = `${where} ${name}`;
        compareRequired(at, parameter.required, parameterNow.required);
        if (parameter.style !== parameterNow.style || parameter.explode !== parameterNow.explode) {
          note('breaking', at, 'is written in another way');
        }
        schemasOf('request', at, parameter.schema, parameterNow.schema);
      },
      (parameter) => parameter.required === true,
    );
  }

  function compareBodies(where: string, old: Operation['requestBody'], now: Operation['requestBody']): void {
    const [body, bodyNow] = [old && { body: old }, now && { body: now }];
    eachKey(
      body,
      bodyNow,
      note,
      where,
      (_, before, after) => {
        compareRequired(`${where} body`, before.required, after.required);
        compareContents('request', `${where} body`, before.content, after.content);
      },
      (added) => added.required === true,
    );
  }

  function compareContents(
    direction: 'request' | 'answer',
    where: string,
    old: Content | undefined,
    now: Content | undefined,
  ): void {
    eachKey(old, now, note, where, (mediaType, content, contentNow) =>
      schemasOf(direction, `${where} ${mediaType}`, content.schema, contentNow.schema),
    );
  }

  function compareRequired(where: string, old = false, now = false): void {
    if (old !== now) {
      note(now ? 'breaking' : 'compatible', where, now ? 'is required now' : 'is not required any more');
    }
  }
}

const byName = ({ parameters = [] }: Operation): Tree<Parameter> =>
  Object.fromEntries(parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));

/** No requirement at all is one that everybody meets. */
function waysIn(security: Security = []): Tree<object> {
  const ways = security.length === 0 ? [{}] : security;
  return Object.fromEntries(ways.map((way) => [Object.keys(way).join(' and ') || 'none', way]));
}
