/** A mistake of the user, or something that this machine lacks. Its message is for people and is shown without a stack trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
