export { createApiApp, type ApiApp } from './api-app.js';
export { hashPassword } from './auth/password.js';
export { apiEnv, readApiConfig, type ApiConfig } from './config.js';
export type { ApiOverrides } from './context.js';
export { createOpenApiDocument } from './openapi/document.js';
