import { ConnectServiceException } from '@aws-sdk/client-connect';

/** What the SDK made of a request that Connect refused: the error's name, its HTTP status and its message. */
export async function refusalOf(
  sent: Promise<unknown>,
): Promise<{ name: string; status: number | undefined; message: string }> {
  const outcome: unknown = await sent.then(
    () => new Error('it was accepted'),
    (error: unknown) => error,
  );
  if (!(outcome instanceof ConnectServiceException)) throw outcome;
  return { name: outcome.name, status: outcome.$metadata.httpStatusCode, message: outcome.message };
}
