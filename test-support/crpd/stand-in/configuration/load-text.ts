import { Place, place, remove } from './walk';
import { Token, tokensOf } from './tokens';
import { editPath, emptyConfiguration, LoadFault, Node, prune } from './tree';

/** What a load did not do, or did not find. */
export interface Loaded {
  readonly errors: readonly LoadFault[];
  readonly warnings: readonly LoadFault[];
}

/**
 * Loads Junos text into a configuration. What stands before a fault is loaded; what follows is not.
 *
 * @param tags whether `replace:` is heeded, as the action `replace` does; otherwise it is merged
 */
export function loadText(into: Node, text: string, tags = false): Loaded {
  const warnings: LoadFault[] = [];
  try {
    const tokens = tokensOf(text);
    const reader = new Reader(tokens, tags, warnings);
    reader.block({ node: into, path: [] }, true);
    return { errors: [], warnings };
  } catch (fault) {
    if (!(fault instanceof LoadFault)) throw fault;
    return { errors: [fault], warnings };
  } finally {
    if (prune(into)) warnings.push(new LoadFault('statement has no contents; ignored', '', '[edit]'));
  }
}

/** A configuration that is known to be right. @throws LoadFault */
export function configurationOf(text: string): Node {
  const node = emptyConfiguration();
  const { errors } = loadText(node, text);
  if (errors.length > 0) throw errors[0];
  return node;
}

class Reader {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly tags: boolean,
    private readonly warnings: LoadFault[],
  ) {}

  block(into: Place, top: boolean): void {
    for (;;) {
      const token = this.tokens[this.at];
      if (!token) {
        if (top) return;
        throw new LoadFault('syntax error, expecting <}>', 'EOF', editPath(into.path));
      }
      if (token.sign && token.text === '}') {
        if (top) throw new LoadFault('syntax error', '}', editPath(into.path));
        this.at++;
        return;
      }
      this.statement(into);
    }
  }

  private statement(into: Place, before: readonly string[] = []): void {
    const words: string[] = [];
    const here = editPath(into.path);
    while (this.tokens[this.at] && !this.tokens[this.at].sign) words.push(this.tokens[this.at++].text);
    const tag = /^(replace|delete|inactive|active|protect):$/.exec(words[0] ?? '')?.[1];
    if (tag) words.shift();
    if (tag && tag !== 'replace' && tag !== 'delete') throw new LoadFault('syntax error', `${tag}:`, here);
    const sign = this.tokens[this.at++];
    if (words.length === 0) throw new LoadFault('syntax error', sign?.text ?? 'EOF', here);
    if (!sign || sign.text === '}' || sign.text === ']') {
      throw new LoadFault("syntax error, expecting ';'", sign?.text ?? 'EOF', here);
    }
    words.unshift(...before);
    if (sign.text === '{' && words.length === 1 && into.node.schema.children.get(words[0])?.block) {
      while (this.tokens[this.at]?.text !== '}' || !this.tokens[this.at].sign) this.statement(into, words);
      this.at++;
      return;
    }
    const list = sign.text === '[' ? this.list(here) : undefined;
    if (tag === 'delete') {
      if (sign.text === '{') throw new LoadFault('syntax error', '{', here);
      if (!remove(into.node, words, list))
        this.warnings.push(new LoadFault('statement not found', words.join(' '), here));
      return;
    }
    if (tag === 'replace' && this.tags) remove(into.node, words);
    const reached = place(into, words, list);
    const { kind, presence, oneLine } = reached.node.schema;
    if (sign.text === '{') {
      if (kind !== 'container' && kind !== 'list') throw new LoadFault('syntax error', '{', editPath(reached.path));
      this.block(reached, false);
    } else if (kind === 'container' && !presence && !oneLine) {
      this.warnings.push(new LoadFault('statement has no contents; ignored', words.join(' '), here));
    }
  }

  private list(here: string): string[] {
    const values: string[] = [];
    while (this.tokens[this.at] && !this.tokens[this.at].sign) values.push(this.tokens[this.at++].text);
    const [close, end] = [this.tokens[this.at++], this.tokens[this.at++]];
    if (close?.text !== ']') throw new LoadFault('syntax error, expecting <]>', close?.text ?? 'EOF', here);
    if (end?.text !== ';' || !end.sign) throw new LoadFault("syntax error, expecting ';'", end?.text ?? 'EOF', here);
    return values;
  }
}
