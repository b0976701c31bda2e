import { availableParallelism } from 'node:os';
import { lanes } from './test/support/lanes.mjs';

/** Three lanes, each run by itself with `--selectProjects`. */
const projects = Object.entries(lanes()).map(([displayName, testMatch]) => ({
  displayName,
  testMatch,
  setupFiles: ['<rootDir>/test/support/environment.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*(?<!\\.json))\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
}));

export default {
  // Jest keeps the ES modules of each test file for as long as its process lives. A process that has grown is replaced, which one that runs the tests
  // itself cannot be: so there are two at least.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: '1GB',
  // A process that has run many files takes longer to end than the half second after which Jest kills it and speaks of a leak, on a busy machine. What
  // really keeps a process alive does so for good.
  workerGracefulExitTimeout: 30_000,
  coverageProvider: 'v8',
  // Against hanging alone: how fast a test is on a busy machine proves nothing, and a machine may stand still for a while.
  testTimeout: 1_800_000,
  projects,
};
