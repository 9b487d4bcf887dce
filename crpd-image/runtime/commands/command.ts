/** A command failed for a reason outside of its settings. The message is one line. */
export class Failure extends Error {}

export class UsageError extends Error {}

/** Rejects arguments that a command does not have. @throws UsageError */
export function expectArguments(args: readonly string[], ...allowed: readonly string[]): void {
  const unknown = args.find((arg) => !allowed.includes(arg));
  if (unknown !== undefined) {
    throw new UsageError(`got ${JSON.stringify(unknown)}, want ${allowed.join(' or ') || 'nothing'}`);
  }
}
