#!/usr/bin/env bash
# class-validator 0.15.1, on Node 22 or newer.
#
# Expected: on a member with `@ArrayMaxSize(2)` and `@ValidateNested({ each: true })`, in this order, a list of a thousand is refused for its length, and its
# entries are not judged.
# Seen: every rule of every entry runs, and the answer is that of the length; with a rule that fails the answer has a thousand children. The order of the decorators changes nothing.
# With `stopAtFirstError` no entry is judged, but then only the first broken rule of each member is told.
# What follows: a limit of length does not limit the work. Cut the list before it is validated, or give up hearing of all broken rules.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund class-validator@0.15.1
cat >look.cjs <<'JS'
const { ArrayMaxSize, registerDecorator, validate, ValidateNested } = require('class-validator');
let ran = 0;
class Entry {}
const rule = { validate: (value) => ((ran += 1), value) };
registerDecorator({ name: 'counted', target: Entry, propertyName: 'isFine', validator: rule });
const limit = ArrayMaxSize(2);
const nested = ValidateNested({ each: true });
class LimitFirst {}
for (const decorate of [nested, limit]) decorate(LimitFirst.prototype, 'entries');
class LimitLast {}
for (const decorate of [limit, nested]) decorate(LimitLast.prototype, 'entries');
async function look(List, isFine, options) {
  ran = 0;
  const list = Object.assign(new List(), { entries: Array.from({ length: 1_000 }, () => Object.assign(new Entry(), { isFine })) });
  const [{ constraints, children }] = await validate(list, options);
  const told = `${Object.keys(constraints ?? {}).join() || 'nothing'} and ${children.length} children`;
  console.log(`${List.name}, entries ${isFine ? 'fine' : 'wrong'}, ${JSON.stringify(options)}: ${ran} rules of entries ran; told ${told}`);
}
(async () => {
  for (const options of [{}, { stopAtFirstError: true }]) {
    for (const List of [LimitFirst, LimitLast]) for (const isFine of [true, false]) await look(List, isFine, options);
  }
})();
JS
seen=$(node look.cjs)
printf '%s\n' "$seen"
[ "$seen" = 'LimitFirst, entries fine, {}: 1000 rules of entries ran; told arrayMaxSize and 0 children
LimitFirst, entries wrong, {}: 1000 rules of entries ran; told arrayMaxSize and 1000 children
LimitLast, entries fine, {}: 1000 rules of entries ran; told arrayMaxSize and 0 children
LimitLast, entries wrong, {}: 1000 rules of entries ran; told arrayMaxSize and 1000 children
LimitFirst, entries fine, {"stopAtFirstError":true}: 0 rules of entries ran; told arrayMaxSize and 0 children
LimitFirst, entries wrong, {"stopAtFirstError":true}: 0 rules of entries ran; told arrayMaxSize and 0 children
LimitLast, entries fine, {"stopAtFirstError":true}: 0 rules of entries ran; told arrayMaxSize and 0 children
LimitLast, entries wrong, {"stopAtFirstError":true}: 0 rules of entries ran; told arrayMaxSize and 0 children' ]
