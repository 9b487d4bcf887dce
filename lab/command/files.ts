import * as fs from 'fs';
import * as path from 'path';
import { DaemonOptions } from '../daemon/daemon';
import { LabError } from '../lab-error';
import { isClone } from './invocation';

const ROOT = path.join(__dirname, '..', '..');

/**
 * The files of an app: one of dist/, or a folder relative to the directory that npm was called in. The default topology
 * is where `synthesize` writes it: in `topology/` beside the output, or in `topology/APP/`.
 *
 * @throws LabError
 */
export function filesOf(
  app: string,
  topology?: string,
  cwd = process.env.INIT_CWD ?? process.cwd(),
): Pick<DaemonOptions, 'folder' | 'topology'> {
  const inDist = path.join(ROOT, 'dist', app);
  const isExample = /^[\w-]+$/.test(app) && fs.existsSync(inDist);
  const folder = isExample ? inDist : path.resolve(cwd, app);
  if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) {
    const apps = isClone ? fs.readdirSync(path.join(ROOT, 'dist')).filter((name) => name.endsWith('-frr')) : [];
    throw new LabError(
      `got ${app}, want a folder of manifests${apps.length > 0 ? `, or one of ${apps.join(', ')}` : ''}`,
    );
  }
  const parent = path.dirname(folder);
  const usual = [path.join(parent, 'topology'), path.join(parent, '..', 'topology', path.basename(folder))];
  const candidates = topology ? [path.resolve(cwd, topology)] : usual.map((one) => path.join(one, 'topology.json'));
  const found = candidates.find((file) => fs.existsSync(file));
  if (found) return { folder, topology: found };
  throw new LabError(
    `found no ${candidates.map((file) => path.relative(cwd, file)).join(' and no ')}: synthesize() writes topology.json; ` +
      'with app.synth(), write formatTopology(topologyOf(app)) to a file yourself; name it by --topology FILE',
  );
}
