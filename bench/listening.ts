/** Says where a process of the bench listens, as the gateway does in its log; whoever started it waits for that. */
export function listening(url: string): void {
  process.stdout.write(`${JSON.stringify({ url })}\n`);
}
