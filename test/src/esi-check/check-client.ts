import { ESI_ROUTES } from '@hangar-bay/domain';
import { z } from 'zod';
import { compareSchemas } from './compare-schemas.js';
import type { JsonSchema, Spec } from './openapi.js';
import type { Check } from './report.js';

/** Sent with every request, besides the parameters in the path. */
const SENT = ['X-Compatibility-Date'];

/** Holds every route and field that the client reads against ESI's document. */
export function checkClient(spec: Spec): Check[] {
  return Object.entries(ESI_ROUTES).map(([route, { method, answer }]) => {
    const answerSchema = spec.answerSchema(route, method);
    if (!spec.hasRoute(route, method) || answerSchema === undefined) {
      const drifts = [`the document has no ${method.toUpperCase()} of this route, the client uses it`];
      return { about: 'client against ESI', route, scope: 'the route', drifts };
    }
    const inPath = [...route.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const notSent = spec
      .requiredParameters(route, method)
      .filter((name) => !SENT.includes(name) && !inPath.includes(name))
      .map((name) => `${name}: the document requires this parameter, the client does not send it`);
    const read = z.toJSONSchema(answer, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
    const { drifts, fields } = compareSchemas(read, answerSchema, (schema) => spec.resolve(schema));
    return {
      about: 'client against ESI',
      route,
      scope: fields === 0 ? 'a list of ids' : `${fields} fields`,
      drifts: [...notSent, ...drifts],
    };
  });
}
