import { fastify } from 'fastify';
import { startCall, type CallInput } from './connect.js';
import { scopesOf } from './identity.js';
import { listening } from '../listening.js';

const app = fastify();
app.post<{ Body: { readonly variables: { readonly input: CallInput } } }>('/graphql', async (request, reply) => {
  const scopes = await scopesOf(request.headers.authorization);
  if (!scopes.includes('calls:start')) return reply.code(403).send();
  return { data: { startOutboundVoiceContact: await startCall(request.body.variables.input) } };
});
listening(`${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql`);
