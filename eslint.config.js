import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import prettier from 'eslint-config-prettier'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** The size budget of style.md (habit 17): an exception is a line-level disable with its reason. */
const sizes = {
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 12],
  'max-depth': ['error', 3],
  'max-params': ['error', 4],
}

export default defineConfig(
  globalIgnores(['node_modules/', 'var/', 'bench/results/', '.vitest/', 'dashboard/web/dist/']),
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...sizes,
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-globals': [
        'error',
        {
          name: 'Temporal',
          message: "Node 24 has no Temporal: import it from 'temporal-polyfill'.",
        },
      ],
    },
  },
  {
    // A decision must be replayable: the same arguments give the same verdict for ever.
    files: ['rules/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'rules/ has no clock: take `now` as an argument.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'rules/ has no randomness: take the seed as an argument.',
        },
      ],
    },
  },
  {
    // A component is a page of markup: its length is that of what it shows.
    files: ['dashboard/web/**/*.tsx'],
    extends: [reactHooks.configs.flat.recommended],
    rules: { 'max-lines-per-function': ['error', { max: 110 }] },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  {
    // The specification is one list, long and flat, so that it can be read beside design.md.
    files: ['test/oracle/**/*.ts'],
    rules: { complexity: 'off' },
  },
  prettier,
)
