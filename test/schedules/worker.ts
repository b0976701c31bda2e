import { parentPort, workerData } from 'node:worker_threads';
import { search, type Range } from './search.js';
import type { ScheduleSettings } from './schedule.js';

// Nobody reads the stacks of the errors that callers are answered.
Error.stackTraceLimit = 0;

const { range, settings } = workerData as { readonly range: Range; readonly settings: ScheduleSettings };
parentPort!.postMessage(await search(range, settings));
