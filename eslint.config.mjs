import tseslint from 'typescript-eslint';

const realTime = 'take time from the injected Clock, so that tests own it';
const realProcess = 'only cli/dicom-lake.ts touches process.*; pass what you need as an argument';

/** Rules about meaning; layout is prettier's. */
const restrictedSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'named exports only' },
  {
    selector: "ImportDeclaration[source.value='@cdktf/provider-azurerm']",
    message:
      'import the provider by submodule (@cdktf/provider-azurerm/lib/<resource>): the barrel costs 350 MB',
  },
];
const clockSyntax = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: realTime },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: realTime },
  { selector: "CallExpression[callee.name='setTimeout']", message: realTime },
  { selector: "CallExpression[callee.name='setInterval']", message: realTime },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'use node:crypto' },
];
const processSyntax = [{ selector: "Identifier[name='process']", message: realProcess }];

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'coverage/', 'cdktf.out/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...restrictedSyntax, ...clockSyntax, ...processSyntax],
    },
  },
  {
    files: ['emulator/clock.ts', 'verify/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', ...restrictedSyntax, ...processSyntax] },
  },
  {
    files: ['cli/dicom-lake.ts', 'stacks/main.ts', 'examples/*/main.ts', 'bench/**', 'test/**'],
    rules: { 'no-restricted-syntax': ['error', ...restrictedSyntax, ...clockSyntax] },
  },
);
