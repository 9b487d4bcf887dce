import * as fs from 'fs';
import * as path from 'path';
import { Template } from './render';

/** The names of the default templates. */
export const TEMPLATE_FILES = { crpd: 'juniper.conf.j2', frr: 'frr.conf.j2' } as const;

/** The default templates, which the images and the package carry, too. */
const FOLDER = path.join(__dirname, '..', '..', 'crpd-image', 'templates');

const known: Partial<Record<'crpd' | 'frr', Template>> = {};

/** The template of a router's configuration that is in its image. */
export function defaultTemplate(router: 'crpd' | 'frr'): Template {
  const file = path.join(FOLDER, TEMPLATE_FILES[router]);
  return (known[router] ??= { path: file, text: fs.readFileSync(file, 'utf8') });
}
