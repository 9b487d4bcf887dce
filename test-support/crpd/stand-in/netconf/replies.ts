import { CheckFault } from '../configuration/commit-checks';
import { LoadFault } from '../configuration/tree';
import { escapeXml } from './xml';

/** An `<rpc-error>` to send. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly tag?: string;
  readonly path?: string;
  readonly badElement?: string;
}

/** A request that is refused. */
export class ValidationError extends Error {
  constructor(
    message: string,
    readonly tag = 'operation-failed',
    readonly badElement?: string,
  ) {
    super(message);
  }
}

export const fromRefusal = ({ message, tag, badElement }: ValidationError): Problem => ({
  severity: 'error',
  message,
  tag,
  badElement,
});

export function fromFault(fault: LoadFault | CheckFault, severity: Problem['severity'] = 'error'): Problem {
  const path = fault.path === '[edit]' ? undefined : fault.path;
  return { severity, message: fault.message, path, badElement: fault.badElement || undefined };
}

/** Errors as elements: `rpc-error`, or the `xnm:error` of old releases. Texts have line breaks around them, as Junos's do. */
export function problems(list: readonly Problem[], form: 'rpc-error' | 'xnm'): string {
  return list.map(form === 'xnm' ? oldProblem : problem).join('');
}

const element = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}>${escapeXml(text)}</${name}>\n`;

function problem({ severity, message, tag, path, badElement }: Problem): string {
  return (
    '<rpc-error>\n<error-type>protocol</error-type>\n' +
    element('error-tag', tag ?? 'operation-failed') +
    element('error-severity', severity) +
    element('error-path', path) +
    element('error-message', `\n${message}\n`) +
    (badElement === undefined ? '' : `<error-info>\n${element('bad-element', badElement)}</error-info>\n`) +
    '</rpc-error>\n'
  );
}

function oldProblem({ severity, message, path, badElement }: Problem): string {
  const names = 'xmlns="http://xml.juniper.net/xnm/1.1/xnm" xmlns:xnm="http://xml.juniper.net/xnm/1.1/xnm"';
  return (
    `<xnm:${severity} ${names}>\n<source-daemon>mgd</source-daemon>\n` +
    element('edit-path', path) +
    element('token', badElement) +
    element('message', `\n${message}\n`) +
    `</xnm:${severity}>\n`
  );
}
