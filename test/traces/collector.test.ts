import { expect, test } from '@jest/globals';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { Writable } from 'node:stream';
import { createLog, type Log } from '../../src/log.js';
import { Collector } from '../../src/traces/collector.js';
import { TestClock } from '../support/test-clock.js';

function logInto(lines: string[]): Log {
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  return createLog('info', sink);
}

test('the log says once that the collector takes nothing, and once, with how much was lost, that it does again', () => {
  const logged: string[] = [];
  let isUp = false;
  const exporter: SpanExporter = {
    export: (_spans, done) => {
      done(isUp ? { code: ExportResultCode.SUCCESS } : { code: ExportResultCode.FAILED, error: new Error('no way') });
    },
    shutdown: () => Promise.resolve(),
  };
  const collector = new Collector({ exporter, withinMs: 1_000, clock: new TestClock(), log: logInto(logged) });
  const codes: number[] = [];
  const send = (count: number) => {
    collector.export(Array<ReadableSpan>(count), ({ code }) => codes.push(code));
  };
  send(3);
  send(2);
  isUp = true;
  send(1);
  send(1);
  isUp = false;
  send(1);
  expect(logged.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'warn', err: { message: 'no way' } },
    { level: 'info', lost: 5 },
    { level: 'warn' },
  ]);
  // Whoever drives the exporter would tell everybody in the process of each failure.
  expect(codes).toEqual(Array(5).fill(ExportResultCode.SUCCESS));
});

test('a batch whose answer does not end is lost after a while, and the log says so', () => {
  const clock = new TestClock();
  const logged: string[] = [];
  let answer: Parameters<SpanExporter['export']>[1] = () => undefined;
  const exporter: SpanExporter = {
    export: (_spans, done) => (answer = done),
    shutdown: () => Promise.resolve(),
  };
  const collector = new Collector({ exporter, withinMs: 1_000, clock, log: logInto(logged) });
  const codes: number[] = [];
  collector.export(Array<ReadableSpan>(3), ({ code }) => codes.push(code));
  clock.advance(999);
  expect({ codes, logged }).toEqual({ codes: [], logged: [] });
  clock.advance(1);
  // Too late to count.
  answer({ code: ExportResultCode.SUCCESS });
  expect(codes).toEqual([ExportResultCode.SUCCESS]);
  expect(logged.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'warn', err: { message: 'the answer took more than 1000 ms' } },
  ]);
});
