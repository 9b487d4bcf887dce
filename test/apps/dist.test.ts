import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import Ajv, { ValidateFunction } from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { loadBalancedRouteServers } from '../../apps/load-balanced-route-servers';
import { twoRegionsHrr } from '../../apps/two-regions-hrr';
import { twoRegionsRouteServers } from '../../apps/two-regions-route-servers';
import { synthesize } from '../../lib';
import { Manifest, Manifests } from '../../test-support/synth';

const ROOT = path.join(__dirname, '..', '..');
const DIST = path.join(ROOT, 'dist');
const TOPOLOGY = path.join(ROOT, 'topology');
/** The app whose page is committed; the others have a page as soon as they are written here. */
const PAGE_OF = 'two-regions-hrr-metallb';
const apps = { ...loadBalancedRouteServers, ...twoRegionsRouteServers, ...twoRegionsHrr };

function filesUnder(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder, { recursive: true }) as string[];
  const files = names.filter((name) => fs.statSync(path.join(folder, name)).isFile()).sort();
  return Object.fromEntries(files.map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}

const committed = (files: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(files).filter(([name]) => !name.endsWith('report.html') || name === `${PAGE_OF}/report.html`),
  );

function manifestsOf(app: string): Manifests {
  const texts = Object.values(filesUnder(path.join(DIST, app)));
  return new Manifests(texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest)));
}

const WORKLOADS = ['Deployment', 'DaemonSet', 'StatefulSet'];
const workloadsOf = (manifests: Manifests) => WORKLOADS.flatMap((kind) => manifests.ofKind(kind));

test('dist/ and topology/ are what the apps write today', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dist-'));
  const [outdir, topologyDir] = [path.join(folder, 'dist'), path.join(folder, 'topology')];
  synthesize(apps, { outdir, topologyDir });
  expect(filesUnder(DIST)).toEqual(filesUnder(outdir));
  expect(committed(filesUnder(TOPOLOGY))).toEqual(committed(filesUnder(topologyDir)));
  fs.rmSync(folder, { recursive: true });
});

describe.each(Object.keys(apps))('%s', (app) => {
  const manifests = manifestsOf(app);

  test('has nothing but manifests in dist/, and what is for people in topology/', () => {
    const files = Object.entries(filesUnder(path.join(DIST, app)));
    expect(files.length).toBeGreaterThan(0);
    for (const [name, text] of files) {
      expect(name).toMatch(/^[a-z-]+\.k8s\.yaml$/);
      expect(text).not.toContain('\uFEFF');
    }
    for (const manifest of manifests.all) expect(manifest).not.toHaveProperty('status');
    const others = Object.keys(filesUnder(path.join(TOPOLOGY, app)));
    expect(others).toContain('topology.svg');
    expect(others.some((name) => /^neighbors\/[a-z][a-z0-9-]*\.(junos|iosxr|frr|eos)\.conf$/.test(name))).toBe(true);
  });

  test('has workloads of which none selects the pods of another', () => {
    const workloads = workloadsOf(manifests);
    for (const one of workloads) {
      const selected = workloads.filter((other) => {
        const { labels } = other.spec.template.metadata;
        return Object.entries(one.spec.selector.matchLabels).every(([key, value]) => labels[key] === value);
      });
      expect(selected).toEqual([one]);
    }
  });

  test('has no Service and no policy that selects nothing', () => {
    const pods = workloadsOf(manifests).map(({ spec }) => spec.template.metadata.labels);
    const perPod = 'statefulset.kubernetes.io/pod-name';
    for (const service of manifests.ofKind('Service').filter(({ spec }) => !(perPod in spec.selector))) {
      expect(pods).toContainEqual(expect.objectContaining(service.spec.selector));
    }
    for (const { spec } of [...manifests.ofKind('PodDisruptionBudget'), ...manifests.ofKind('NetworkPolicy')]) {
      const { matchLabels } = spec.selector ?? spec.podSelector;
      expect(pods).toContainEqual(expect.objectContaining(matchLabels));
    }
  });

  test('names only Services and pools that it makes', () => {
    for (const { spec } of manifests.ofKind('StatefulSet'))
      expect(manifests.has('Service', spec.serviceName)).toBe(true);
    for (const { kind, metadata } of workloadsOf(manifests)) {
      const variables = manifests.environmentOf(kind, metadata.name);
      for (const name of ['MESH_SERVICE_NAME', 'UPSTREAM_SERVICE_NAME']) {
        if (name in variables) expect(manifests.get('Service', variables[name] as string).spec.clusterIP).toBe('None');
      }
    }
    for (const { metadata } of manifests.ofKind('Service')) {
      const pool = metadata.annotations?.['metallb.io/address-pool'];
      if (pool !== undefined) expect(manifests.has('IPAddressPool', pool)).toBe(true);
    }
  });

  test('leaves the partition of a rollout to whoever sets one, for a canary', () => {
    for (const { spec } of manifests.ofKind('StatefulSet')) expect(spec.updateStrategy.rollingUpdate).toEqual({});
  });

  test('has names that are DNS labels and carry no hash', () => {
    for (const { metadata } of manifests.all) {
      expect(metadata.name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
      expect(metadata.name).not.toMatch(/-c[0-9a-f]{7}$/);
    }
  });

  test('holds no secret, and no image that may change under its name', () => {
    const text = JSON.stringify(manifests.all);
    expect(text).not.toMatch(/\$6\$|"password":/);
    for (const { spec } of workloadsOf(manifests)) {
      for (const { image } of spec.template.spec.containers) expect(image).toMatch(/:(?!latest$)[\w.-]+$/);
    }
  });

  test('uses no annotation, version or field that is deprecated', () => {
    expect(JSON.stringify(manifests.all)).not.toMatch(/metallb\.universe\.tf|loadBalancerIP"|policy\/v1beta1/);
    for (const peer of manifests.ofKind('BGPPeer')) expect(peer.apiVersion).toBe('metallb.io/v1beta2');
  });

  test('has objects of MetalLB that its CRDs accept', () => {
    const ours = manifests.all.filter(({ apiVersion }) => apiVersion.startsWith('metallb.io/'));
    expect(ours.length > 0).toBe(!app.includes('host-ports'));
    for (const manifest of ours) {
      const validate = crds()[`${manifest.apiVersion} ${manifest.kind}`];
      validate(manifest);
      expect(validate.errors).toBeNull();
    }
  });
});

/** A validator for each kind and version of MetalLB's CRDs, which refuses fields that they do not have. */
let validators: Record<string, ValidateFunction> | undefined;
function crds(): Record<string, ValidateFunction> {
  if (validators) return validators;
  validators = {};
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const text = fs.readFileSync(path.join(ROOT, 'imports', 'crds', 'metallb-v0.16.1.yaml'), 'utf8');
  for (const document of text.split(/^---$/m).map((part) => parse(part))) {
    for (const { name, schema } of document?.spec.versions ?? []) {
      const strict = close(schema.openAPIV3Schema);
      strict.properties.metadata = { type: 'object' };
      validators[`${document.spec.group}/${name} ${document.spec.names.kind}`] = ajv.compile(strict);
    }
  }
  return validators;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
function close(schema: any): any {
  if (typeof schema !== 'object' || schema === null) return schema;
  for (const part of Object.values(schema)) close(part);
  if (schema.properties && schema.additionalProperties === undefined) schema.additionalProperties = false;
  return schema;
}
