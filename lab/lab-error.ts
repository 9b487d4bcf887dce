/** A mistake of the user, or something that this machine lacks. The command prints its message without a stack trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
