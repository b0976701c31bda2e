/**
 * The clientTokens of the calls that a person means to make. While a call stays the same, so does its token, however often it is asked
 * for: a second click, or another try after a lost answer, can then never ring a phone twice, even with another call in between.
 */
export class CallIntents {
  readonly #clientTokens = new Map<string, string>();

  /** The same token for the same call, a new one for another call. */
  clientTokenFor(call: object): string {
    const wanted = JSON.stringify(call);
    const clientToken = this.#clientTokens.get(wanted) ?? crypto.randomUUID();
    this.#clientTokens.set(wanted, clientToken);
    return clientToken;
  }

  /** The call was placed, or given up: the next one is another call, even with the same content. */
  end(call: object): void {
    this.#clientTokens.delete(JSON.stringify(call));
  }
}
