import { isUtf8 } from 'node:buffer';
import { dirname, resolve } from 'node:path';
import { knownCallingCodes, knownRegions, knownStates } from './numbers/known-names.js';
import { numberData } from './numbers/number-data.js';
import { numberFacts } from './numbers/number-facts.js';
import { readNumbersOverlay } from './numbers/numbers-overlay.js';
import type { OverlayResult } from './numbers/overlay-fields.js';
import { readZonesOverlay } from './numbers/zones-overlay.js';
import { parseYaml } from './policy/placed-yaml.js';
import type { DataSettings } from './policy/policy-document.js';
import type { DocumentPath, PlacedProblem } from './policy/problems.js';
import { readPolicy, type PolicyData, type Refused, type TakenPolicy } from './policy/read-policy.js';
import { readSmallFile, reasonOf } from './small-file.js';
import { openTimeZones, type TimeZones } from './time-zones/time-zones.js';
import { systemZoneinfo } from './time-zones/zoneinfo-directory.js';

/** What the rules of a policy stand on, as files and packages have it. */
export interface OpenedData extends PolicyData {
  readonly clocks: TimeZones;
  /** What numbers are judged by. */
  readonly numbersVersion: string;
}

/** Where the files and the time zones come from. */
export interface PolicySources {
  /** The content of a file. Throws where it cannot be read. */
  read(path: string): Buffer;
  timeZones(directory: string): TimeZones;
}

export interface PolicyFileSettings {
  /** The compiled time zones where the policy names none. */
  readonly zoneinfo?: string | undefined;
  /** Left out, everything is read from the disk. */
  readonly sources?: PolicySources;
}

const disk: PolicySources = { read: (path) => readSmallFile(path), timeZones: openTimeZones };

/** Reads a policy from its file, with the overlays and the time zones that it names; paths are meant from where the file is. Nothing throws. */
export function readPolicyFile(path: string, settings: PolicyFileSettings = {}): TakenPolicy<OpenedData> | Refused {
  const { zoneinfo = systemZoneinfo, sources = disk } = settings;
  const text = readText(path, sources);
  if (typeof text !== 'string') return text;
  return readPolicy(path, text, (data) => open(data, dirname(path), zoneinfo, sources));
}

function open(
  { timeZones = {}, numbers = {}, zones = {} }: DataSettings,
  folder: string,
  zoneinfo: string,
  sources: PolicySources,
): OpenedData | Refused {
  const clocks = sources.timeZones(timeZones.directory === undefined ? zoneinfo : resolve(folder, timeZones.directory));
  const isZone = (name: string) => clocks.offsetsAt(name, Date.UTC(2026, 0)) !== undefined;
  const ofNumbers = readOverlay(numbers.overlay, folder, sources, (content) => readNumbersOverlay(content, isZone));
  const ofZones = readOverlay(zones.overlay, folder, sources, (content) => readZonesOverlay(content, isZone));
  const problems = [ofNumbers, ofZones].flatMap((read) => ('problems' in read ? read.problems : []));
  if ('problems' in ofNumbers || 'problems' in ofZones) return { problems };
  const data = numberData({
    ...(ofNumbers.overlay ? { numbers: ofNumbers.overlay } : {}),
    ...(ofZones.overlay ? { zones: ofZones.overlay } : {}),
  });
  return {
    clocks,
    numbersVersion: data.version,
    numberFacts: (e164) => numberFacts(e164, data),
    known: { regions: knownRegions(), callingCodes: knownCallingCodes(), states: knownStates() },
  };
}

function readOverlay<Overlay>(
  name: string | undefined,
  folder: string,
  sources: PolicySources,
  read: (content: unknown) => OverlayResult<Overlay>,
): { readonly overlay?: Overlay } | Refused {
  if (name === undefined) return {};
  const path = resolve(folder, name);
  const text = readText(path, sources);
  if (typeof text !== 'string') return text;
  const yaml = parseYaml(path, text);
  if ('problems' in yaml) return yaml;
  const result = read(yaml.content);
  if (!('problems' in result)) return result;
  return { problems: result.problems.map(({ path: at, message }) => yaml.place({ path: pathFrom(at), message })) };
}

/** Of such as `numbers[3].zones[0]`. */
function pathFrom(text: string): DocumentPath {
  if (text === 'the file') return [];
  return text.split(/[.[\]]+/).flatMap((part) => (part === '' ? [] : [/^\d+$/.test(part) ? Number(part) : part]));
}

function readText(file: string, sources: PolicySources): string | Refused {
  try {
    const bytes = sources.read(file);
    // What is no text would be read as other text, and another file have the same hash.
    if (!isUtf8(bytes)) throw new Error('it is no text in UTF-8');
    return bytes.toString();
  } catch (error) {
    const problem: PlacedProblem = {
      file,
      line: 1,
      column: 1,
      message: `cannot be read (${reasonOf(error)}): look at the path`,
    };
    return { problems: [problem] };
  }
}
