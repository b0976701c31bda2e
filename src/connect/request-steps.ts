import { DescribeInstanceCommand, type ConnectClient } from '@aws-sdk/client-connect';
import { getEndpointFromInstructions, toEndpointV1 } from '@smithy/core/endpoints';
import { HttpRequest } from '@smithy/core/protocols';
import { getSchemaSerdePlugin } from '@smithy/core/schema';

type Config = ConnectClient['config'];

/** Steps of the SDK that work out for each request what is the same for all of them, or do nothing here. */
const leftOut = [
  'loggerMiddleware',
  'contentLengthMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  // Of functions in AWS Lambda.
  'recursionDetectionMiddleware',
  'httpAuthSchemeMiddleware',
  'httpSigningMiddleware',
];

/**
 * Shortens the way of each request of a client. The SDK's own steps serialise it, repeat what may be repeated, correct the clock and read the answer; one of
 * ours sets the headers, and the endpoint is worked out once. Steps that are added later are taken as with the SDK's way.
 */
export function shortenWay(client: ConnectClient): void {
  const { config, middlewareStack: stack } = client;
  for (const name of leftOut) stack.remove(name);
  stack.use(getSchemaSerdePlugin(whatSerialisingNeeds(config)));
  const userAgent = once(() => userAgentOf(config));
  stack.add(
    (next) => async (args) => {
      // Where there are none, that is no failed attempt, which the SDK might repeat.
      await config.credentials();
      const request = requestIn(args);
      const { headers, hostname, port } = request;
      const body: unknown = request.body;
      headers.host = port === undefined ? hostname : `${hostname}:${port}`;
      headers['user-agent'] = await userAgent();
      if (typeof body === 'string' || body instanceof Uint8Array)
        headers['content-length'] = String(Buffer.byteLength(body));
      return next(args);
    },
    { name: 'headers', step: 'build' },
  );
  const signer = skewCorrectingSigner(config);
  // Within the step that repeats, which is of a higher priority.
  stack.add(
    (next, context) => async (args) => {
      const properties = { config, context };
      const request = await signer.sign(requestIn(args), {}, properties);
      const sent = next({ ...args, request });
      const answered = await (signer.errorHandler ? sent.catch(signer.errorHandler(properties)) : sent);
      signer.successHandler?.(answered.response, properties);
      return answered;
    },
    { name: 'signing', step: 'finalizeRequest' },
  );
  // What each command brings along works out the endpoint.
  client.middlewareStack = { ...stack, concat: () => stack.clone() as never };
}

/** The configuration has some seventy members, and all that is given is copied twice for each request. */
function whatSerialisingNeeds(config: Config) {
  const { protocol, urlParser, streamCollector, requestHandler, disableHostPrefix } = config;
  const { base64Decoder, base64Encoder, utf8Decoder, utf8Encoder } = config;
  const endpoint = once(() => endpointOf(config));
  return {
    ...{ protocol, urlParser, streamCollector, requestHandler, disableHostPrefix, endpoint },
    ...{ base64Decoder, base64Encoder, utf8Decoder, utf8Encoder },
  };
}

/** By the rules of Amazon Connect, which look at nothing but settings, such as AWS_REGION and AWS_USE_FIPS_ENDPOINT. */
async function endpointOf(config: Config) {
  return toEndpointV1(await getEndpointFromInstructions({}, DescribeInstanceCommand, { ...config }));
}

/** The SDK's, which has requests signed by the signer of the configuration, at the time that the answers before said. */
function skewCorrectingSigner({ httpAuthSchemes }: Config) {
  return httpAuthSchemes.find(({ schemeId }) => schemeId === 'aws.auth#sigv4')!.signer;
}

/** What the SDK says of itself, of Node and of the application (AWS_SDK_UA_APP_ID). */
async function userAgentOf({ defaultUserAgentProvider, userAgentAppId }: Config): Promise<string> {
  const appId = await userAgentAppId();
  const pairs = [...(await defaultUserAgentProvider()), ...(appId ? [['app', appId] as const] : [])];
  return pairs
    .map(([name, value]) => {
      const said = name.replace(/^api\/.*/, (service) => service.toLowerCase()).replace(notInName, '-');
      if (value === undefined) return said;
      return `${said}${said.includes('/') ? '#' : '/'}${value.replace(notInValue, '-')}`;
    })
    .join(' ');
}

/** What stands between the parts of a pair, a slash or a number sign, is no part of its name or its value. */
const notInName = /[^!$%&'*+\-.^_`|~\w/]/g;
const notInValue = /[^!$%&'*+\-.^_`|~\w#]/g;

function requestIn({ request }: { readonly request: unknown }): HttpRequest {
  if (!HttpRequest.isInstance(request)) throw new TypeError('The SDK made no request of HTTP');
  return request;
}

/** Asks until there is an answer, and then no more. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () =>
    (asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    }));
}
