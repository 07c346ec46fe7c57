const transpile = [
  '@swc/jest',
  {
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/apps', '<rootDir>/packages', '<rootDir>/test/src'],
  testMatch: ['**/src/**/*.test.ts'],
  modulePathIgnorePatterns: ['/dist/', '/\\.turbo/'],
  testEnvironment: 'node',
  // Workspace packages are taken from their sources, so that no test depends on a build.
  testEnvironmentOptions: { customExportConditions: ['@hangar-bay/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  // JavaScript first: the mapper below also sees the relative imports of dependencies.
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': transpile },
  globalSetup: '<rootDir>/test/src/setup/global-setup.mjs',
  globalTeardown: '<rootDir>/test/src/setup/global-teardown.mjs',
  maxWorkers: 2,
  testTimeout: 30_000,
};
