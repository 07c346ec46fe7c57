import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

type Directives = Readonly<Record<string, readonly string[]>>;

const NOTHING = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Pages whose every asset is ours. Swagger UI and Bull Board set styles in the markup that they make. */
const OWN_ASSETS = {
  ...NOTHING,
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
};

type SecurityHeaders = ReturnType<typeof helmet>;

/** Answers that are data: a browser that opens one loads nothing. */
export const forData = (): SecurityHeaders => securityHeaders(NOTHING);

export const forDocs = (): SecurityHeaders => securityHeaders(OWN_ASSETS);

/** Bull Board asks for a font of Google's, which this refuses: it shows with the system's. */
export const forAdmin = (): SecurityHeaders =>
  securityHeaders({ ...OWN_ASSETS, 'base-uri': ["'self'"], 'form-action': ["'self'"] });

function securityHeaders(directives: Directives): SecurityHeaders {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: Object.fromEntries(
        Object.entries(directives).map(([name, sources]) => [name, [...sources]]),
      ),
    },
  });
}

/**
 * What helmet sets on every answer alike, names and values in turn: asked once, since its way through a handler for each
 * was 6 % of an answer.
 */
export function headersOf(handler: SecurityHeaders): readonly string[] {
  const headers: string[] = [];
  const request = new IncomingMessage(new Socket());
  const answer = new ServerResponse(request);
  answer.setHeader = (name, value) => {
    headers.push(name, String(value));
    return answer;
  };
  handler(request, answer, () => undefined);
  return headers;
}
