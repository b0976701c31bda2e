import { expect, test } from '@jest/globals';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { Writable } from 'node:stream';
import { createLog } from '../../src/log.js';
import { Collector } from '../../src/traces/collector.js';

test('the log says once that the collector takes nothing, and once, with how much was lost, that it does again', () => {
  let logged = '';
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      logged += String(chunk);
      done();
    },
  });
  let isUp = false;
  const exporter: SpanExporter = {
    export: (_spans, done) => {
      done(isUp ? { code: ExportResultCode.SUCCESS } : { code: ExportResultCode.FAILED, error: new Error('no way') });
    },
    shutdown: () => Promise.resolve(),
  };
  const collector = new Collector(exporter, createLog('info', sink));
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
  expect(
    logged
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([{ level: 'warn', err: { message: 'no way' } }, { level: 'info', lost: 5 }, { level: 'warn' }]);
  // Whoever drives the exporter would tell everybody in the process of each failure.
  expect(codes).toEqual(Array(5).fill(ExportResultCode.SUCCESS));
});
