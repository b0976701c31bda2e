import { callers } from './callers.js';
import type { Development } from './development.js';
import { prefill } from './prefill.js';

/** What a developer reads after the start: where to look, who to be, what to try. */
export function welcome(development: Development, folder: string): string {
  const { url, simulatorUrl, tokens } = development;
  const { origin } = new URL(url);
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

${example(development, folder)}

Another caller: npm run --silent token -- --scopes "calls:start contacts:read" --tenant acme
Stop with Ctrl-C.

`;
}

/** A request that is answered: where a manifest alone is trusted, one of its documents. */
function example({ url, trustedDocuments }: Development, folder: string): string {
  const curl = (body: object) => `  curl -s ${url} \\
    -H 'content-type: application/json' \\
    -H "authorization: Bearer $(cat ${folder}/developer.token)" \\
    -d '${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`;
  if (trustedDocuments?.mode === 'only') {
    return `Only the documents in ${trustedDocuments.path} run. Console, explorer and Sandbox are refused every other one. Run one by its id,
with the variables that it takes:

${curl({ documentId: trustedDocuments.documents[0]?.id, variables: {} })}

Run all documents, and have the log mark the others: TRUSTED_DOCUMENTS_MODE=log npm run dev`;
  }
  const query =
    'mutation($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id status } }';
  return `Place a call:

${curl({ query, variables: { input: prefill.variables.input } })}`;
}
