'use strict';
// Bundles the companion runtime into one file for the images, crpd-image/bundle/meshrr.js, which needs Node. Beside it are
// the template engine, which `meshrr init` alone loads, and the licenses of what is bundled. The npm package has the
// bundle and no sources.
const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '..');

const ENTRY = path.join(root, 'crpd-image', 'runtime', 'main.ts');
/** Where the Dockerfiles take the bundle from. */
const FOLDER = path.join(root, 'crpd-image', 'bundle');

/** Whether this is a clone; the package has no sources. */
const hasSources = fs.existsSync(ENTRY);

/** Bundles `entry` into `folder`/meshrr.js, and returns that path. Whoever reads the file meanwhile sees it whole. */
function bundle(folder = FOLDER, entry = ENTRY) {
  const outfile = path.join(folder, 'meshrr.js');
  if (!hasSources) {
    if (folder !== FOLDER) fs.cpSync(FOLDER, folder, { recursive: true });
    return outfile;
  }
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { outputFiles, metafile } = require('esbuild').buildSync({
    absWorkingDir: root,
    metafile: true,
    entryPoints: [entry],
    outfile,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    // Function and class names are what a stack trace in a bug report consists of.
    keepNames: true,
    legalComments: 'none',
    define: { MESHRR_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  });
  fs.mkdirSync(folder, { recursive: true });
  replace(outfile, outputFiles[0].contents);
  // The engine's code looks for it in its own folder, which is that of the bundle.
  const engine = path.join(path.dirname(require.resolve('minijinja-js')), 'minijinja_js_bg.wasm');
  replace(path.join(folder, path.basename(engine)), fs.readFileSync(engine));
  replace(`${outfile}.LEGAL.txt`, licenses(Object.keys(metafile.inputs)));
  return outfile;
}

function replace(file, contents) {
  const unfinished = `${file}.${process.pid}`;
  fs.writeFileSync(unfinished, contents);
  fs.renameSync(unfinished, file);
}

/** The licenses of the packages that these files come from; their terms ask that they go with every copy. */
function licenses(files) {
  const folders = files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  return [...new Set(folders)].sort().map(license).join('\n');
}

function license(folder) {
  const at = path.join(root, folder);
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(at, 'package.json'), 'utf8'));
  const text = fs.readdirSync(at).find((entry) => /^licen[cs]e/i.test(entry));
  const heading = `${name} ${version} (${license ?? 'see below'})`;
  // Debian has the texts of licenses that are used often.
  const terms = text
    ? fs.readFileSync(path.join(at, text), 'utf8')
    : `The package has no text of it; one is /usr/share/common-licenses/${license}.\n`;
  return `${heading}\n${'-'.repeat(heading.length)}\n${terms}`;
}

module.exports = { bundle, hasSources };

if (require.main === module) {
  try {
    const file = bundle();
    console.log(`${path.relative(root, file)}: ${(fs.statSync(file).size / 1000).toFixed(0)} kB`);
  } catch (error) {
    // esbuild has printed its own errors, with the lines that they are about.
    if (!error.errors) console.error(`bundle: ${error.message}`);
    process.exitCode = 1;
  }
}
