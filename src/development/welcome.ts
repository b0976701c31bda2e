import { callers } from './callers.js';
import type { Development } from './development.js';
import { prefill } from './prefill.js';

/** What a developer reads after the start: where to look, who to be, what to try. */
export function welcome({ url, simulatorUrl, tokens }: Development, folder: string): string {
  const { origin } = new URL(url);
  const { input } = prefill.variables;
  const query =
    'mutation($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id status } }';
  const body = JSON.stringify({ query, variables: { input } });
  const rows = Object.entries(callers).map(
    ([name, { what, tenant }]) =>
      `  ${name.padEnd(10)} ${`${folder}/${name}.token`.padEnd(26)} ${what} (tenant ${tenant})`,
  );
  return `
outdial is up, with an embedded Amazon Connect: no call leaves this machine.

  GraphQL    ${url}
  Console    ${origin}/console   place a call and watch it live
  Explorer   ${origin}/explorer   offline; the calls are prefilled, with a token
  Sandbox    ${url}   the same in Apollo Sandbox, in a browser with internet access
  Simulator  ${simulatorUrl}/_simulator/calls   every call placed so far

Tokens, good for 30 days also after a restart:

${rows.join('\n')}

The developer's, for the Authorization header:

  Bearer ${tokens.developer ?? ''}

Place a call:

  curl -s ${url} \\
    -H 'content-type: application/json' \\
    -H "authorization: Bearer $(cat ${folder}/developer.token)" \\
    -d '${body}'

Another caller: npm run --silent token -- --scopes "calls:start contacts:read" --tenant acme
Stop with Ctrl-C.

`;
}
