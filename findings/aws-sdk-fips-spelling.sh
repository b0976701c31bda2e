#!/usr/bin/env bash
# @aws-sdk/client-connect 3.1136.0, on Node 22 or newer.
#
# Expected: a value of AWS_USE_FIPS_ENDPOINT that is neither `true` nor `false`, such as `TRUE`, is taken for `true` or is an error, for whoever sets it must use FIPS endpoints.
# Seen: the request goes to the endpoint without FIPS, without a word. The reader of the variable throws, which counts as if the variable were not set.
# What follows: whoever reads it from the environment has to refuse other spellings before the first request.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-connect@3.1136.0
cat >look.mjs <<'JS'
import { ConnectClient, DescribeInstanceCommand } from '@aws-sdk/client-connect';
for (const value of ['true', 'TRUE', '1']) {
  process.env.AWS_USE_FIPS_ENDPOINT = value;
  const client = new ConnectClient({ region: 'us-west-2', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
  const show = () => ({ request }) => {
    throw new Error(request.hostname);
  };
  client.middlewareStack.add(show, { step: 'finalizeRequest', priority: 'low' });
  const host = await client.send(new DescribeInstanceCommand({ InstanceId: 'any' })).catch(({ message }) => message);
  console.log(`${value}: ${host}`);
}
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "true: connect-fips.us-west-2.amazonaws.com
TRUE: connect.us-west-2.amazonaws.com
1: connect.us-west-2.amazonaws.com" ]
