import { Router } from 'express';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { createOpenApiDocument } from '../openapi/document.js';
import { DOCS_INITIALIZER, DOCS_PAGE, SWAGGER_UI_DIRECTORY, SWAGGER_UI_FILES } from '../openapi/docs-page.js';

export function docsRoutes(): Router {
  const router = Router();
  const document = createOpenApiDocument();
  const onlyGet = methodNotAllowed('GET', 'HEAD');

  router
    .route('/openapi.json')
    .get((_request, response) => {
      response.json(document);
    })
    .all(onlyGet);
  router
    .route('/docs')
    .get((_request, response) => {
      response.type('html').send(DOCS_PAGE);
    })
    .all(onlyGet);
  router
    .route('/docs/initializer.js')
    .get((_request, response) => {
      response.type('js').send(DOCS_INITIALIZER);
    })
    .all(onlyGet);
  for (const file of SWAGGER_UI_FILES) {
    router
      .route(`/docs/${file}`)
      .get((_request, response) => {
        response.sendFile(file, { root: SWAGGER_UI_DIRECTORY, dotfiles: 'allow' });
      })
      .all(onlyGet);
  }
  return router;
}
