#!/usr/bin/env bash
# libphonenumber-js 1.13.16, metadata `max`.
#
# Expected: a number that is valid and of type MOBILE has the length of the country's mobile numbers, so that "valid" tells a complete number from a
# part of one, and a number with one digit too many is not possible.
# Seen: in South Africa, whose mobile numbers have nine digits after +27, all beginnings from five digits on are valid mobile numbers, too. In the
# Netherlands a mobile number with a further digit is possible, as some other kind of number there is that long. In Italy it is even valid, as a voice mail.
# What follows: to name a phone by the shortest valid beginning of its number needs a least length of one's own, or ten thousand phones share a name.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund libphonenumber-js@1.13.16
cat >look.mjs <<'JS'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
for (const number of ['+2781123', '+27811234', '+27811234567', '+31612345678', '+316123456789', '+393331234567', '+3933312345678']) {
  const parsed = parsePhoneNumberFromString(number);
  console.log(number, parsed.isPossible(), parsed.isValid(), parsed.getType());
}
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "+2781123 true true MOBILE
+27811234 true true MOBILE
+27811234567 true true MOBILE
+31612345678 true true MOBILE
+316123456789 true false undefined
+393331234567 true true MOBILE
+3933312345678 true true VOICEMAIL" ]
