import { TemplateContext } from './template-context';

/** A configuration cannot be rendered, read or written. The message is one line with the file and the reason. */
export class ConfigurationError extends Error {
  /** One line. */
  readonly reason: string;

  constructor(file: string, reason: string) {
    const line = reason.replace(/\s+/g, ' ').trim();
    super(`${file}: ${line}`);
    this.reason = line;
    this.name = 'ConfigurationError';
  }
}

/** A template and where it came from. */
export interface Template {
  readonly path: string;
  readonly text: string;
}

/**
 * Renders a template (Jinja2) into the text of a configuration, which ends in a line break.
 *
 * @throws ConfigurationError if it cannot be parsed or rendered, or renders nothing; the message hides the root
 *   password's hash
 */
export function renderTemplate({ path, text }: Template, context: TemplateContext): string {
  // Loaded here to keep the template engine out of the daemon's memory.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { renderJinja } = require('./jinja') as typeof import('./jinja');
  let rendered: string;
  try {
    rendered = renderJinja(text, context);
  } catch (error) {
    const secret = context.ENCRYPTED_ROOT_PW;
    const reason = (error as Error).message;
    throw new ConfigurationError(path, typeof secret === 'string' ? reason.replaceAll(secret, '(hidden)') : reason);
  }
  if (rendered.trim() === '') throw new ConfigurationError(path, 'the template renders nothing');
  return rendered.endsWith('\n') ? rendered : `${rendered}\n`;
}
