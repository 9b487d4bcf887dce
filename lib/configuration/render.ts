import { TemplateContext } from './template-context';

/** A configuration that cannot be made; one line that names the file and the reason. */
export class ConfigurationError extends Error {
  /** On one line. */
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
 * @throws ConfigurationError where it does not parse or render, or renders nothing; the root password's hash is not
 * shown
 */
export function renderTemplate({ path, text }: Template, context: TemplateContext): string {
  // Loaded here as the template engine has no place in the daemon's memory.
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
