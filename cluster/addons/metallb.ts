import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { ControlPlane } from '../control-plane/control-plane';

/** How MetalLB speaks BGP: by itself, or by FRR that frr-k8s configures. */
export type MetalLBBackend = 'native' | 'frr-k8s';

const NAMESPACE = 'metallb-system';
/** It protects figures that nobody reads here. */
const LEFT_OUT = 'gcr.io/kubebuilder/kube-rbac-proxy';

const WORKLOADS: Readonly<Record<MetalLBBackend, readonly string[]>> = {
  native: ['deployment/controller', 'daemonset/speaker'],
  'frr-k8s': [
    ...['deployment/controller', 'daemonset/speaker'],
    ...['daemonset/frr-k8s-daemon', 'deployment/frr-k8s-statuscleaner'],
  ],
};

interface PodSpec {
  containers: { readonly image: string }[];
  readonly initContainers?: { readonly image: string }[];
}

/** The objects of MetalLB's own manifest. @param folder that of the programs of MetalLB */
function objectsOf(folder: string, backend: MetalLBBackend): readonly object[] {
  const text = fs.readFileSync(path.join(folder, `metallb-${backend}.yaml`), 'utf8');
  return parseAllDocuments(text).map((document) => {
    const object = document.toJS();
    const spec = podSpecOf(object);
    if (spec) spec.containers = spec.containers.filter(({ image }) => !image.startsWith(LEFT_OUT));
    return object;
  });
}

const podSpecOf = (object: { readonly spec?: { readonly template?: { readonly spec?: PodSpec } } }) =>
  object.spec?.template?.spec;

/** The images that the manifest names. */
export function metallbImages(folder: string, backend: MetalLBBackend): readonly string[] {
  const specs = objectsOf(folder, backend).flatMap((object) => podSpecOf(object) ?? []);
  const containers = specs.flatMap((spec) => [...spec.containers, ...(spec.initContainers ?? [])]);
  return [...new Set(containers.map(({ image }) => image))];
}

/** Installs MetalLB. */
export async function installMetalLB(plane: ControlPlane, folder: string, backend: MetalLBBackend): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objectsOf(folder, backend) };
  await plane.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(list));
}

/** Waits until its webhooks answer. */
export async function untilMetalLBRuns(plane: ControlPlane, backend: MetalLBBackend): Promise<void> {
  for (const workload of WORKLOADS[backend]) await plane.rollout(NAMESPACE, workload);
}
