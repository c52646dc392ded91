import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const tauri = {
  group: ['@tauri-apps/*'],
  message: 'Only ui/src/ipc talks to Tauri.',
};
const upward = {
  group: ['../*'],
  message: 'Leave the folder by its alias, so that the tier can be checked.',
};

/** @param {string[]} groups */
const tier = (...groups) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        tauri,
        upward,
        ...groups.map((group) => ({ group: [`${group}/*`], message: 'design ← features ← views.' })),
      ],
    },
  ],
});

export default ts.config(
  { ignores: ['ui/dist/', 'ui/src/ipc/generated.ts', 'target/', 'gen/', '**/*.cjs'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: {
        projectService: { allowDefaultProject: ['svelte.config.js', 'eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 80],
      'no-console': 'error',
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived', '$state'] }],
      // Dates and maps are made, read and thrown away here; what is watched is a rune.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    // Types of snippet and handler parameters are checked by svelte-check; eslint sees `any`.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['ui/src/i18n/**'],
    rules: tier('$design', '$features', '$views'),
  },
  { files: ['ui/src/design/**'], rules: tier('$errors', '$features', '$views') },
  { files: ['ui/src/errors/**'], rules: tier('$features', '$views') },
  { files: ['ui/src/features/**'], rules: tier('$features', '$views') },
  { files: ['ui/src/views/**'], rules: tier() },
  {
    files: ['**/*.test.ts', 'ui/src/test/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['*.js'], ...ts.configs.disableTypeChecked },
);
