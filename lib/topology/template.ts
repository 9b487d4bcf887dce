import type * as kplus from 'cdk8s-plus-28';
import * as fs from 'fs';
import { parseDataKey, parseDnsSubdomain } from '../addressing';
import { Check, inside, optional, resourceName, shapeOf, text, ValidationError } from '../input';

/** An operator's own template of the router's configuration: a file, or a ConfigMap that exists. */
export interface TemplateProps {
  /**
   * Path of a Jinja2 file, from where the app runs. Its text goes into a ConfigMap of the app.
   * @default - none; either this or `configMap` is given
   * @example 'templates/east.conf.j2'
   */
  readonly file?: string;
  /**
   * A ConfigMap in the namespace of the pods, by name or as a construct.
   * @default - none
   * @example 'east-template'
   */
  readonly configMap?: string | kplus.IConfigMap;
  /**
   * The key of the ConfigMap.
   * @default 'config'
   */
  readonly key?: string;
}

/** A template, read: its text, or where it is. */
export type Template =
  { readonly file: string; readonly text: string } | { readonly configMapName: string; readonly key: string };

/** The most that the API server stores in one ConfigMap. */
const CONFIG_MAP_BYTES = 1024 * 1024;

export const checkTemplate: Check<Template> = (value) => {
  const { file, configMap, key } = shapeOf<TemplateProps>()({
    file: optional(text(/./, 'the path of a file')),
    configMap: optional(resourceName('ConfigMap', parseDnsSubdomain)),
    key: optional(parseDataKey),
  })(value);
  if ((file === undefined) === (configMap === undefined)) {
    throw ValidationError.of(value, 'either a file or a configMap');
  }
  if (configMap !== undefined) return { configMapName: configMap, key: key ?? 'config' };
  if (key !== undefined)
    throw ValidationError.of(key, 'nothing beside file: the app makes the ConfigMap').within('key');
  return inside('file', () => ({ file: file as string, text: readTemplate(file as string) }));
};

function readTemplate(file: string): string {
  if (!fs.existsSync(file) || !fs.statSync(file).isFile())
    throw ValidationError.of(file, 'the path of a file that exists');
  const bytes = fs.readFileSync(file);
  if (bytes.length > CONFIG_MAP_BYTES)
    throw ValidationError.of(file, 'a file of at most 1 MiB, what a ConfigMap holds');
  const content = bytes.toString('utf8');
  if (content.startsWith('\uFEFF') || !Buffer.from(content).equals(bytes)) {
    throw ValidationError.of(file, 'a file in UTF-8 without a byte-order mark');
  }
  // A ConfigMap is no Secret: whoever may read the manifests would read the hash.
  if (/\$6\$[^$\s]+\$/.test(content))
    throw ValidationError.of(file, 'a file without a password hash: {{ ENCRYPTED_ROOT_PW }}');
  // Git on Windows may have changed the line breaks.
  return content.replaceAll('\r\n', '\n');
}
