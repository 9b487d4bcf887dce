import { announced, metallbBackend, metallbNamespace, metallbObjects, metallbVersion, pools } from './metallb';
import { nodeLabels, placement, podNetworks } from './nodes';
import { discovery, imagePull, imageVersions, secrets, services } from './objects';
import { pods, sessions } from './routers';
import { Rule } from './rule';

/** What the doctor looks at, in the order in which one would repair it. */
export const RULES: readonly Rule[] = [
  nodeLabels,
  secrets,
  placement,
  imagePull,
  imageVersions,
  pods,
  podNetworks,
  services,
  discovery,
  metallbObjects,
  metallbVersion,
  metallbNamespace,
  metallbBackend,
  pools,
  announced,
  sessions,
];
