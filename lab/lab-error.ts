/** A mistake of whoever starts the lab, or something that this machine lacks: told in one line, without a trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
