import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';

/** The stand-alone simulator as a process of its own. */
export interface SimulatorProcess {
  readonly url: string;
  /** Everything it printed until it listened. */
  readonly printed: string;
  readonly child: ChildProcess;
  /** Sends a signal and resolves with the exit code and the signal it died of. */
  end(signal: NodeJS.Signals): Promise<readonly [number | null, NodeJS.Signals | null]>;
}

/** Compiles the simulator into a folder of its own, which shows that it needs nothing else; returns its entry and how to remove it. */
export function buildSimulator(): { readonly entry: string; remove(): void } {
  const source = join(import.meta.dirname, '../../src/simulator');
  const target = mkdtempSync(join(tmpdir(), 'simulator-'));
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const { code } = transformFileSync(join(source, file), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    const compiled = join(target, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(compiled), { recursive: true });
    writeFileSync(compiled, code);
  }
  return {
    entry: join(target, 'main.js'),
    remove: () => {
      rmSync(target, { recursive: true });
    },
  };
}

/** Starts a built simulator and resolves when it says where it listens. */
export async function spawnSimulator(entry: string, env: Record<string, string>): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, [entry], { env: { PATH: process.env.PATH, PORT: '0', ...env } });
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) => {
    // Later than its exit: all that it printed has come.
    child.once('close', (code, signal) => {
      resolve([code, signal]);
    });
  });
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('/_simulator/calls')) resolve();
    });
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    void ended.then(([code]) => {
      reject(new Error(`It ended with ${String(code)}: ${printed}`));
    });
  });
  return {
    url: /http:\/\/[\d.]+:\d+/.exec(printed)![0],
    printed,
    child,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
