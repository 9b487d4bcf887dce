/** A command that did not do what was asked, for a reason outside its settings. The message is one line. */
export class Failure extends Error {}

/** A command line that says nothing the command knows. */
export class UsageError extends Error {}

/** Refuses words that a command does not take. @throws UsageError */
export function expectArguments(args: readonly string[], ...allowed: readonly string[]): void {
  const unknown = args.find((arg) => !allowed.includes(arg));
  if (unknown !== undefined) {
    throw new UsageError(`got ${JSON.stringify(unknown)}, want ${allowed.join(' or ') || 'nothing'}`);
  }
}
