import { fileURLToPath } from 'node:url';
import { lintFromString, loadConfig } from '@redocly/openapi-core';

const CONFIG = fileURLToPath(new URL('../../../redocly.yaml', import.meta.url));

/** What Redocly's linter finds in an OpenAPI document, by the rules of redocly.yaml; each as a line. */
export async function lintDocument(document: object): Promise<string[]> {
  const config = await loadConfig({ configPath: CONFIG });
  const problems = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: 'openapi.json',
    config,
  });
  return problems.map(
    ({ severity, ruleId, message, location }) =>
      `${severity} ${ruleId} at ${location[0]?.pointer ?? '#/'}: ${message.trim()}`,
  );
}
