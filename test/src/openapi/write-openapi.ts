import { compareWithCommitted, describeComparison, writeFiles } from './generated-files.js';

const comparison = await compareWithCommitted();
await writeFiles();
console.log(describeComparison(comparison).replace(/^Not what the code gives/, 'Written'));
