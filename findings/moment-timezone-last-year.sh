#!/usr/bin/env bash
# moment-timezone 0.6.6, the data of the package (2026f) and its two smaller builds.
#
# Expected: the data goes to 2037, and the builds say with their names how far theirs goes: an instant beyond that has no offset, or an error, or a warning.
# Seen: the data goes to 2499. Beyond its last transition each of them goes on with the offset of that, without a word: a summer in New York has -5 instead of
# -4, in the build `10-year-range` from 2032 on, in `1970-2030` from 2031 on.
# What follows: whoever takes a small build to save 600 kB shows clocks an hour early in each summer after its last, when a call in the evening is late
# already; who reads the data has to stop at the last transition of zones that go on changing their clocks.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund moment-timezone@0.6.6
cat >look.cjs <<'JS'
const moment = require('moment-timezone/moment-timezone.js');
const name = process.argv[2];
if (name === 'data') moment.tz.load(require('moment-timezone/data/packed/latest.json'));
else require(`moment-timezone/builds/moment-timezone-with-data-${name}.js`);
const zone = moment.tz.zone('America/New_York');
const last = new Date(zone.untils.at(-2)).getUTCFullYear();
const summers = [2030, 2031, 2032, 2499, 2500].map((year) => `${year} ${-zone.utcOffset(Date.UTC(year, 6, 1)) / 60}`);
console.log(`${name}, to ${last}: ${summers.join(', ')}`);
JS
seen=$(for name in data 1970-2030 10-year-range; do node look.cjs "$name" 2>&1; done)
printf '%s\n' "$seen"
[ "$seen" = "data, to 2499: 2030 -4, 2031 -4, 2032 -4, 2499 -4, 2500 -5
1970-2030, to 2030: 2030 -4, 2031 -5, 2032 -5, 2499 -5, 2500 -5
10-year-range, to 2031: 2030 -4, 2031 -4, 2032 -5, 2499 -5, 2500 -5" ]
