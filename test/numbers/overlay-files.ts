import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { readNumbersOverlay, type NumbersOverlay } from '../../src/numbers/numbers-overlay.js';
import type { OverlayResult } from '../../src/numbers/overlay-fields.js';
import { readZonesOverlay, type ZonesOverlay } from '../../src/numbers/zones-overlay.js';

/** The overlays of `deploy`, as a gateway reads them. */
export function numbersOverlayFile(): NumbersOverlay {
  return overlayOf(readNumbersOverlay(parsedFile('numbers.overlay.yaml')));
}

export function zonesOverlayFile(): ZonesOverlay {
  return overlayOf(readZonesOverlay(parsedFile('zones.overlay.yaml')));
}

export function overlayOf<Overlay>(result: OverlayResult<Overlay>): Overlay {
  if ('overlay' in result) return result.overlay;
  throw new Error(result.problems.map(({ path, message }) => `${path} ${message}`).join('\n'));
}

function parsedFile(name: string): unknown {
  return parse(readFileSync(resolve(import.meta.dirname, '../../deploy', name), 'utf8'));
}
