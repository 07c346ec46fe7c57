import type { RequestHandler } from 'express';
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

/** Answers that are data: a browser that opens one loads nothing. */
export const forData = (): RequestHandler => securityHeaders(NOTHING);

export const forDocs = (): RequestHandler => securityHeaders(OWN_ASSETS);

/** Bull Board asks for a font of Google's, which this refuses: it shows with the system's. */
export const forAdmin = (): RequestHandler =>
  securityHeaders({ ...OWN_ASSETS, 'base-uri': ["'self'"], 'form-action': ["'self'"] });

function securityHeaders(directives: Directives): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: Object.fromEntries(
        Object.entries(directives).map(([name, sources]) => [name, [...sources]]),
      ),
    },
  });
}
