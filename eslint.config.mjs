import js from "@eslint/js";
import tseslint from "typescript-eslint";

// Two rules earn this file: a floating promise is an assertion that nobody awaits, and an unused expression is one
// that nobody made. The rest is what typescript-eslint recommends.
export default tseslint.config(
  {
    ignores: [
      "node_modules",
      "dist",
      ".mesh",
      "coverage",
      "components/compile/types",
      "components/resources/generated",
      "components/platform/*/generated",
      "test/types",
      "test/fixtures",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    // One program for all files, by the settings that `npm run typecheck` reads: the project service takes half as long again.
    languageOptions: { parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-unused-expressions": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportDeclaration[source.value='@pulumi/kubernetes']",
          message: "Import deep paths of @pulumi/kubernetes: the index costs seconds of type checking.",
        },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: {
        require: "readonly",
        module: "writable",
        process: "readonly",
        console: "readonly",
        __dirname: "readonly",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["**/*.browser.js"],
    languageOptions: {
      sourceType: "script",
      globals: Object.fromEntries(
        [
          ...["document", "window", "matchMedia", "Element", "SVGElement", "HTMLElement"],
          ...["atob", "Blob", "DecompressionStream", "Response"],
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
);
