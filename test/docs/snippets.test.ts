import * as path from 'path';
import {
  blocksOf,
  deadLinksOf,
  isPartOf,
  missingIn,
  Outcome,
  pages,
  run,
  Snippet,
  snippetsOf,
  textOf,
  typeErrorsOf,
} from './snippet-runner';

const snippets = pages().flatMap(snippetsOf);
const blocks = pages().flatMap(blocksOf);
const fails = ({ note }: Snippet) => note === 'error';
const warns = ({ note }: Snippet) => note === 'warning';

/** Of a core alone the proof says that there is nothing to prove. One page shows it. */
const USUAL = /^warning: ([\w-]+: )?nothing to prove for core: .*\n?/gm;

/** Each snippet runs once, when the first test asks for it. */
const outcomes = new Map<Snippet, Outcome>();
function outcomeOf(snippet: Snippet): Outcome {
  const outcome = outcomes.get(snippet) ?? run(snippet);
  outcomes.set(snippet, outcome);
  return outcome;
}

/** Runs an assertion for each of a list, which may be empty, in a test of its own. */
function each<T extends { readonly place: string }>(items: readonly T[], sentence: string, check: (item: T) => void) {
  for (const item of items) it(`${item.place} ${sentence}`, () => check(item));
}

describe('The pages', () => {
  it('have snippets', () => {
    expect(snippets.length).toBeGreaterThan(0);
  });

  it('have snippets that compile under strict settings', () => {
    expect(typeErrorsOf(snippets)).toEqual([]);
  });

  it('turn off no check of types but in snippets that are refused, and there say that an error is expected', () => {
    const silenced = snippets.filter(({ text, note }) =>
      (note === 'error' ? /@ts-(ignore|nocheck)/ : /@ts-(ignore|nocheck|expect-error)/).test(text),
    );
    expect(silenced.map(({ place }) => place)).toEqual([]);
  });

  it('show no message that no snippet gives', () => {
    const shown = blocks.filter(
      ({ language, text }) => language === 'text' && /^(error|warning): |InvalidPropError/m.test(text),
    );
    const given = new Set(snippets.map(({ message }) => message));
    expect(shown.filter(({ text }) => !given.has(text)).map(({ place }) => place)).toEqual([]);
  });

  it('link to files and headings that exist', () => {
    expect(pages().flatMap(deadLinksOf)).toEqual([]);
  });

  it('are all in the index', () => {
    const others = pages().filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
    const index = textOf('docs/README.md');
    expect(others.filter((page) => !index.includes(`](${path.relative('docs', page)})`))).toEqual([]);
  });
});

describe('The snippet', () => {
  each(
    snippets.filter((snippet) => !fails(snippet)),
    'writes manifests and reports nothing but the warning below it',
    (snippet) => {
      const { files, message, status } = outcomeOf(snippet);
      const unexpected = warns(snippet) ? message : message.replace(USUAL, '');
      expect({ message: unexpected, status }).toEqual({ message: warns(snippet) ? snippet.message : '', status: 0 });
      expect(Object.values(files).join('')).toContain('apiVersion:');
    },
  );

  each(snippets.filter(fails), 'is refused with the message below it, and writes nothing', (snippet) => {
    const { files, message, status } = outcomeOf(snippet);
    expect({ message, status }).toEqual({ message: snippet.message, status: 1 });
    expect(files).toEqual({});
  });
});

describe('The YAML', () => {
  const yaml = blocks.filter(({ language }) => language === 'yaml' || language === 'yml');

  each(
    yaml.filter(({ note }) => note === ''),
    'is part of what a snippet of its page makes',
    ({ page, text }) => {
      const ofPage = snippets.filter((snippet) => snippet.page === page && !fails(snippet));
      const outputs = ofPage.flatMap((snippet) => Object.values(outcomeOf(snippet).files));
      const found = outputs.some((output) => isPartOf(text, output));
      expect(found ? '' : text).toBe('');
    },
  );
});

describe('The quotation', () => {
  const quoted = blocks.filter(({ note }) => note.includes('/'));

  it('is there for each platform of the routers outside', () => {
    const languages = quoted.filter(({ page }) => page.startsWith('docs/examples/')).map(({ language }) => language);
    expect(languages).toEqual(expect.arrayContaining(['junos', 'iosxr', 'frr', 'eos']));
  });

  it('names the file that it is from, on pages about an example', () => {
    const shown = blocks.filter(
      ({ page, language }) =>
        page.startsWith('docs/examples/') && ['yaml', 'junos', 'iosxr', 'frr', 'eos'].includes(language),
    );
    expect(shown.filter(({ note }) => !note.includes('/')).map(({ place }) => place)).toEqual([]);
  });

  each(quoted, 'is part of the file that it names', ({ note, text }) => {
    expect(missingIn(textOf(note), text)).toEqual([]);
  });
});
