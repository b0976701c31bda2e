#!/usr/bin/env bash
# npm 11.6.2 (10.9.2 is the same), on Node 22 or newer.
#
# Expected: `npm sbom --omit=dev` lists what `npm ls --all --omit=dev` lists, and `npm ci --omit=dev` installs.
# Seen: a package that production needs is missing from the list where a tool of development needs the same one, too. Here production needs `ms` alone, and debug, a
# devDependency, needs it as well: the list is empty. Without debug it has `ms`.
# What follows: a scanner that reads the list finds no known vulnerability in such a package. A list that is made of what is installed, or bundled, has them all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
npm install --silent --prefix tool npm@11.6.2
npm() { node "$folder/tool/node_modules/npm/bin/npm-cli.js" "$@"; }
mkdir app
cd app
npm init -y >/dev/null
npm install --silent --save-exact ms@2.1.3
listed() {
  npm sbom --omit=dev --sbom-format=cyclonedx | node -e '
    const { components } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(components.map(({ name }) => name).join(" ") || "nothing");
  '
}
alone=$(listed)
npm install --silent --save-dev --save-exact debug@4.4.1
shared=$(listed)
tree=$(npm ls --all --omit=dev --parseable | tail -n +2 | xargs -n 1 basename)
rm -rf node_modules
npm ci --silent --omit=dev
installed=$(ls node_modules)
printf 'alone: %s; shared: %s; npm ls: %s; npm ci: %s\n' "$alone" "$shared" "$tree" "$installed"
[ "$alone; $shared; $tree; $installed" = "ms; nothing; ms; ms" ]
