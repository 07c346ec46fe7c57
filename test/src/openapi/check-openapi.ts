import { createOpenApiDocument } from '@hangar-bay/api';
import { compareWithCommitted, describeComparison } from './generated-files.js';
import { lintDocument } from './lint-document.js';

const comparison = await compareWithCommitted();
const findings = await lintDocument(createOpenApiDocument());
console.log(describeComparison(comparison));
console.log(["Redocly's linter finds:", ...(findings.length === 0 ? ['nothing'] : findings)].join('\n  '));
if (comparison.outdated.length > 0) {
  console.log('Where that is meant, run: npx pnpm@12 openapi:write');
}
process.exitCode = comparison.outdated.length > 0 || findings.length > 0 ? 1 : 0;
