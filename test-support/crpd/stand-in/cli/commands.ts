import { renderSet, renderText } from '../configuration/render';
import { Node } from '../configuration/tree';
import { OPERATIONAL, VERSION } from '../netconf/operational';
import type { Context } from '../netconf/requests';
import { ValidationError } from '../netconf/replies';
import { peersOf } from '../state/bgp';
import { showRoutes } from './routes';

/** Runs one of the few commands that there are. @returns its output; undefined for a command that is not known */
export function runCommand(command: string, { candidates, folder }: Omit<Context, 'client'>): string | undefined {
  const [, body, pipe] = /^(.*?)\s*(?:\|\s*(.*?))?\s*$/s.exec(command) ?? [];
  const words = body.split(/\s+/);
  if (words.slice(0, 2).join(' ') === 'show configuration' && (!pipe || pipe === 'display set')) {
    let node: Node | undefined = candidates.running();
    for (let at = 2; at < words.length && node; at += 1 + node.keys.length) {
      const here: Node = node;
      node = [...here.children.values()].find(
        ({ schema, keys }) => [schema.name, ...keys].join(' ') === words.slice(at, at + 1 + keys.length).join(' '),
      );
      if (!node) return '';
    }
    if (!node) return '';
    if (pipe) return renderSet(node, ['set', ...words.slice(2)]);
    return renderText(node);
  }
  if (pipe === 'display json') return showRoutes(words, folder);
  if (pipe) return undefined;
  if (words.join(' ') === 'show version') return `Model: cRPD\nJunos: ${VERSION}\n`;
  if (words.join(' ') === 'show bgp summary') {
    return peersOf(candidates.running(), folder)
      .map(({ address, as, state }) => `${address} ${as} ${state === 'Established' ? 'Establ' : state}\n`)
      .join('');
  }
  if (words.slice(0, 4).join(' ') === 'request system license add' && words.length === 5) {
    const filename = { name: 'filename', attributes: new Map(), children: [], text: words[4] };
    const request = { name: 'request-license-add', attributes: new Map(), children: [filename], text: '' };
    try {
      OPERATIONAL['request-license-add'](request, candidates, folder);
    } catch (error) {
      if (error instanceof ValidationError) return `error: ${error.message}\n`;
      throw error;
    }
    return 'add license complete (no errors)\n';
  }
  return undefined;
}
