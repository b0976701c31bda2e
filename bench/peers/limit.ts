import { createHash, createHmac } from 'node:crypto';
import { fastify } from 'fastify';
import { Pool } from 'undici';
import type { CallInput } from './connect.js';
import { listening } from '../listening.js';

const {
  AWS_ENDPOINT_URL_CONNECT: endpoint = '',
  AWS_REGION: region = '',
  AWS_ACCESS_KEY_ID: accessKeyId = '',
  AWS_SECRET_ACCESS_KEY: secret = '',
  CONNECT_INSTANCE_ID: InstanceId = '',
} = process.env;
const path = '/contact/outbound-voice';
const { host } = new URL(endpoint);
const pool = new Pool(endpoint, { connections: 50 });

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let dayOfKey = '';
let keyOfDay: Buffer = Buffer.alloc(0);

/** Signature Version 4 over as few headers as it allows. */
function signed(body: string): Record<string, string> {
  const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = at.slice(0, 8);
  if (day !== dayOfKey) {
    dayOfKey = day;
    keyOfDay = [region, 'connect', 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, day));
  }
  const scope = `${day}/${region}/connect/aws4_request`;
  const canonical = `PUT\n${path}\n\nhost:${host}\nx-amz-date:${at}\n\nhost;x-amz-date\n${sha256(body)}`;
  const signature = hmac(keyOfDay, `AWS4-HMAC-SHA256\n${at}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return {
    'content-type': 'application/json',
    'x-amz-date': at,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}

const app = fastify();
app.post<{ Body: { readonly variables: { readonly input: CallInput } } }>('/graphql', async (request) => {
  const { input } = request.body.variables;
  const body = JSON.stringify({
    InstanceId,
    DestinationPhoneNumber: input.destinationPhoneNumber,
    ContactFlowId: input.contactFlowId,
    ClientToken: input.clientToken,
    SourcePhoneNumber: input.sourcePhoneNumber,
    Attributes: Object.fromEntries((input.attributes ?? []).map(({ key, value }) => [key, value])),
  });
  const answer = await pool.request({ path, method: 'PUT', headers: signed(body), body });
  const { ContactId: id } = (await answer.body.json()) as { ContactId: string };
  return { data: { startOutboundVoiceContact: { id } } };
});
listening(`${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql`);
