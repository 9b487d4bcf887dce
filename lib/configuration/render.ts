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
 * @throws ConfigurationError if it cannot be parsed or rendered, or renders nothing; the message hides
 *   secrets
 */
export function renderTemplate({ path, text }: Template, context: TemplateContext): string {
  // Loaded here to keep the template engine out of the daemon's memory.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { renderJinja } = require('./jinja') as typeof import('./jinja');
  let rendered: string;
  try {
    rendered = renderJinja(text, context);
  } catch (error) {
    const reason = (error as Error).message;
    throw new ConfigurationError(
      path,
      secretsIn(context).reduce((shown, secret) => shown.replaceAll(secret, '(hidden)'), reason),
    );
  }
  if (rendered.trim() === '') throw new ConfigurationError(path, 'the template renders nothing');
  return rendered.endsWith('\n') ? rendered : `${rendered}\n`;
}

/** The hash of the root password and the keys of clients. */
function secretsIn({ ENCRYPTED_ROOT_PW, meshrr }: TemplateContext): readonly string[] {
  const { clients = [] } = (meshrr ?? {}) as { readonly clients?: readonly { readonly key: string | null }[] };
  return [ENCRYPTED_ROOT_PW, ...clients.map(({ key }) => key)].filter((one) => typeof one === 'string');
}
