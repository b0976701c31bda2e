#!/usr/bin/env bash
# sqs-consumer 14.2.8 and 15.0.3, with @aws-sdk/client-sqs 3.1136.0, on Node 22 or newer.
#
# Expected: where DeleteMessageBatch answers 200 with one entry under `Failed`, the consumer reports that this message was not deleted; and an update that
# begins to do so says it in its release notes.
# Seen: 14.2.8 emits `message_processed` for both messages and no error, so that the message which SQS kept comes again unannounced. 15.0.3 emits `error` with
# "Batch operation failed for entries with Ids", and `message_processed` for the deleted message alone.
# What follows: with 14 nobody learns of deletions that fail in part; after the update to 15 a handler of `error` that takes every error for a failed round
# has to expect messages with it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >look.mjs <<'JS'
import { SQSClient } from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Consumer } from 'sqs-consumer';
let received = 0;
const server = createServer(async (request, response) => {
  request.resume();
  await once(request, 'end');
  const operation = String(request.headers['x-amz-target']).split('.')[1];
  const messages = ['a', 'b'].map((id) => ({
    MessageId: id,
    ReceiptHandle: `handle ${id}`,
    Body: id,
    MD5OfBody: createHash('md5').update(id).digest('hex'),
  }));
  const failed = { Id: 'b', Code: 'InternalError', SenderFault: false };
  const answer =
    operation === 'DeleteMessageBatch'
      ? { Successful: [{ Id: 'a' }], Failed: [failed] }
      : { Messages: (received += 1) === 1 ? messages : [] };
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const endpoint = `http://127.0.0.1:${server.address().port}`;
const sqs = new SQSClient({ region: 'us-west-2', endpoint, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
const consumer = Consumer.create({
  sqs,
  queueUrl: `${endpoint}/123456789012/events`,
  batchSize: 10,
  handleMessageBatch: (messages) => Promise.resolve(messages),
  suppressFifoWarning: true,
});
const seen = [];
consumer.on('message_processed', ({ MessageId }) => seen.push(`processed ${MessageId}`));
consumer.on('error', ({ message }) => seen.push(`error ${message.replace(/:.*/, '')}`));
const done = new Promise((resolve) => consumer.on('response_processed', resolve));
consumer.start();
await done;
consumer.stop({ abort: true });
console.log(seen.sort().join(', '));
server.close();
server.closeAllConnections();
JS
try() {
  rm -rf node_modules package.json package-lock.json
  npm init -y >/dev/null
  npm install --silent --no-audit --no-fund "sqs-consumer@$1" @aws-sdk/client-sqs@3.1136.0
  printf '%s: ' "$1"
  timeout 20 node look.mjs
}
seen=$(try 14.2.8; try 15.0.3)
printf '%s\n' "$seen"
[ "$seen" = "14.2.8: processed a, processed b
15.0.3: error Batch operation failed for entries with Ids, processed a" ]
