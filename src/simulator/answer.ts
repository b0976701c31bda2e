import type { IncomingHttpHeaders } from 'node:http';
import type { Control } from './control.js';
import type { Reply } from './reply.js';
import { ServiceError, refusal } from './errors.js';
import type { Delivery, Operation } from './operation.js';
import type { Match } from './routes.js';
import { matchRoute } from './routes.js';
import { readRequest } from './shapes.js';
import type { SimulatorSettings } from './settings.js';
import { checkAuthorization, checkSignature } from './signature.js';
import type { SigningName } from './signature.js';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly rawUrl: string;
  readonly headers: IncomingHttpHeaders;
  /** `undefined` if it was larger than the service takes. */
  readonly body: Buffer | undefined;
}

/** Who may sign requests, and for which Region; without `secrets` only the form of a signature is checked. */
export interface Signers {
  readonly secrets: ReadonlyMap<string, string> | undefined;
  readonly region: string;
}

/** Answers one request: encoding, authorization, route, JSON, form of the input, rate, operation. Every failure becomes an AWS error. */
export function answerRequest(request: WireRequest, control: Control, signers: Signers, delivery: Delivery): Reply {
  const [rawPath = '', query = ''] = request.rawUrl.split('?', 2);
  const match = matchRoute(request.method, rawPath, new URLSearchParams(query));
  try {
    if (match) control.count(match.route.operation.name);
    const { body } = request;
    if (body === undefined) throw refusal('RequestEntityTooLargeException', 'The request is too large.');
    checkEncoding(request.rawUrl);
    authorize({ ...request, body }, signers, 'connect');
    if (!match) throw refusal('UnknownOperationException', 'The operation is not known.');
    const output = control.carryOut(match.route.operation.name, delivery, () => run(match, body, control, delivery));
    return { status: 200, output, headers: {} };
  } catch (error) {
    return errorReply(error, match?.route.operation, control.world.settings);
  }
}

/** Checks that a request is signed for a service. Throws the error AWS answers otherwise. */
export function authorize(
  request: WireRequest & { readonly body: Buffer },
  { secrets, region }: Signers,
  service: SigningName,
): void {
  // Clients sign with the real time, whatever the simulator's clock says.
  if (secrets) checkSignature(request, { secrets, region, service, nowMs: Date.now() });
  else checkAuthorization(request.headers, service);
}

// A label or a query parameter that is not percent-encoded UTF-8 would otherwise go on as other text.
function checkEncoding(rawUrl: string): void {
  try {
    decodeURIComponent(rawUrl);
  } catch {
    throw refusal('SerializationException', 'Path and query must be percent-encoded UTF-8.');
  }
}

function run({ route: { operation }, members }: Match, body: Buffer, { world }: Control, delivery: Delivery): object {
  const input = readRequest(operation.input, { ...readJson(body), ...members });
  if (!operation.throttlesItself && !world.throttle.takesToken(operation.name)) {
    throw refusal('ThrottlingException', 'Rate exceeded');
  }
  return operation.handle(input, world, delivery);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The JSON object that a body is, an empty one being `{}`. Throws SerializationException, also for text that has no form in UTF-8. */
export function readJson(body: Buffer): object {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(body), refuseHalfPairs);
  } catch {
    throw refusal('SerializationException', 'The body is not valid JSON in UTF-8.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal('SerializationException', 'The body must be a JSON object.');
  }
  return value;
}

// JSON can escape half of a surrogate pair, in names and values alike.
function refuseHalfPairs(name: string, value: unknown): unknown {
  if (halfPair.test(name) || (typeof value === 'string' && halfPair.test(value))) throw new SyntaxError(name);
  return value;
}

const halfPair = /\p{Surrogate}/u;

function errorReply(
  error: unknown,
  operation: Operation | undefined,
  { errorTypeIn }: Pick<SimulatorSettings, 'errorTypeIn'>,
): Reply {
  const { type, status, message } =
    error instanceof ServiceError ? error : refusal('InternalServiceException', String(error));
  const shown = operation?.lacks?.some((lacked) => lacked === type) ? nearestRelative[type]! : type;
  const inBody = errorTypeIn === 'header' ? {} : { __type: shown };
  return { status, output: { ...inBody, Message: message }, headers: { 'x-amzn-errortype': shown } };
}

// What takes the place of an error that an operation does not model; the statuses are the same.
const nearestRelative: Readonly<Record<string, string>> = {
  InvalidParameterException: 'InvalidRequestException',
  InvalidRequestException: 'InvalidParameterException',
  ThrottlingException: 'TooManyRequestsException',
};
