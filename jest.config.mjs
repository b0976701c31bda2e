import { availableParallelism } from 'node:os';

export default {
  // Jest keeps the ES modules of each test file for as long as its process lives. A process that has grown is replaced, which one that runs the tests
  // itself cannot be: so there are two at least.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: '1GB',
  setupFiles: ['<rootDir>/test/support/environment.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  coverageProvider: 'v8',
  // Against hanging alone: how fast a test is on a busy machine proves nothing, and a machine may stand still for a while.
  testTimeout: 180_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*(?<!\\.json))\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
};
