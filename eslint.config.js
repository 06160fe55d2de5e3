import js from '@eslint/js'
import ts from 'typescript-eslint'

// From discover to report the line is pure: no machine, no clock, no environment, no GitHub.
const PURE = [
  'discover',
  'render',
  'parse',
  'relate',
  'evaluate',
  'decide',
  'locate',
  'report',
  'mend',
  'custom',
  'extends',
  'rego',
]

export default ts.config(
  {
    ignores: ['dist/', 'build/', 'node_modules/', 'coverage/', 'examples/', 'test/repos/', 'test/charts/', '**/*.d.ts'],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        WebAssembly: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        TextDecoder: 'readonly',
        TextEncoder: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // `noUncheckedIndexedAccess` makes every index a question; where a loop's bound has answered it, `!` says so.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: [...PURE.map((folder) => `src/${folder}/**/*.ts`), 'src/gate.ts', 'src/model.ts', 'src/config.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', '@actions/*', '**/host/*', '**/github/*', '@open-policy-agent/*'],
              message: 'the line is pure: the machine belongs to src/host, GitHub to src/github',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        'process',
        'Date',
        'performance',
        'setTimeout',
        'setInterval',
        'fetch',
        'console',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'the line is deterministic' },
      ],
    },
  },
)
