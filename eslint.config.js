import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.test.ts', 'test/**/*.ts'];
/** Written as those who use the package would write it. */
const EXAMPLES = ['packages/*/examples/**/*.ts'];

/** What may be imported where (docs/architecture.md). Each vendor has one importer; dependencies point one way. */
const AXIOS = {
  regex: '^axios(-retry)?$',
  message: 'Only packages/esi-client talks to ESI; use @hangar-bay/esi-client.',
};
const PRISMA = {
  regex: '^(@prisma/|prisma$|prisma/)|/generated/',
  message: 'Only packages/database knows Prisma; use the repositories of @hangar-bay/database.',
};
const S3 = {
  regex: '^aws4fetch$',
  message: 'Only packages/archive talks to object stores; use @hangar-bay/archive.',
};
const ESI_CLIENT = {
  regex: '^@hangar-bay/esi-client$',
  message: 'The API reads what the worker stored and never calls ESI.',
};
const UPWARDS = {
  regex: '^@hangar-bay/(?!domain$)',
  message: 'Packages depend on @hangar-bay/domain only, never on each other or on apps.',
};
const NOT_PURE = {
  regex: '^(?!zod$|\\.)',
  message: 'The domain does no I/O and depends on nothing but zod.',
};

function restrictImports(files, patterns) {
  return {
    files,
    ignores: [...TESTS, ...EXAMPLES],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/.turbo/',
    '**/.data/',
    '**/coverage/',
    'packages/database/src/generated/',
    // Generated from the OpenAPI document.
    'packages/api-client/src/schema.ts',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `return res.json(…)` and `() => log(…)` are clear enough.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Asks for `!`, which no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Index signatures are read by index, so that a typo in a declared name stays an error.
      '@typescript-eslint/dot-notation': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    rules: {
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  restrictImports(['apps/**/*.ts'], [AXIOS, PRISMA, S3]),
  restrictImports(['apps/api/**/*.ts'], [AXIOS, PRISMA, S3, ESI_CLIENT]),
  restrictImports(['packages/**/*.ts'], [AXIOS, PRISMA, S3, UPWARDS]),
  restrictImports(['packages/esi-client/**/*.ts'], [PRISMA, S3, UPWARDS]),
  restrictImports(['packages/database/**/*.ts'], [AXIOS, S3, UPWARDS]),
  restrictImports(['packages/archive/**/*.ts'], [AXIOS, PRISMA, UPWARDS]),
  restrictImports(['packages/domain/**/*.ts'], [NOT_PURE]),
  {
    files: ['packages/**/*.ts', 'apps/**/*.ts'],
    ignores: [...TESTS, 'apps/*/src/main.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: "An app's main.ts passes the environment on; it is parsed once.",
        },
      ],
    },
  },
  {
    files: TESTS,
    rules: {
      'max-lines': 'off',
      // Methods of test doubles are handed to matchers without their object.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Where no logger exists yet, or any more; and the programs that talk to a person at a terminal.
    files: [
      'test/**',
      'apps/standalone/src/**',
      'apps/ops/src/**',
      'apps/*/src/main.ts',
      'packages/runtime/src/run-process.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  prettier,
  // eslint-config-prettier turns this off because of its short forms; "all" agrees with Prettier.
  { rules: { curly: ['error', 'all'] } },
);
