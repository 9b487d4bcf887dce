/** A command that did not do what was asked, for a reason outside its settings. The message is one line. */
export class Failure extends Error {}

/** A command line that says nothing the command knows. */
export class UsageError extends Error {}

/** Refuses words that a command does not take. @throws UsageError */
export function takesOnly(args: readonly string[], ...allowed: readonly string[]): void {
  const stranger = args.find((arg) => !allowed.includes(arg));
  if (stranger !== undefined) {
    throw new UsageError(`got ${JSON.stringify(stranger)}, want ${allowed.join(' or ') || 'nothing'}`);
  }
}
