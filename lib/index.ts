export type { AsNumberLike, Family } from './addressing';
export type { ClientGroup, MeshGroup, RouterConfiguration, UpstreamGroup } from './configuration';
export { inCluster, InvalidPropError } from './registry';
export { neighborConfigurations } from './synth/neighbors';
export { Proof } from './synth/proof';
export { reportOf, type ReportProps } from './synth/report';
export { type AppDefinition, synthesize, type SynthesizeProps } from './synth/synthesize';
export { type TopologyFilesProps, writeTopology } from './synth/topology-files';
export { topologyOf } from './rules';
export { ProofError, proofOf } from './validation';
export type { Basis, Failed, PlacedGroup, RackPeering, ServingGroup, Taint, Toleration } from './model';
export type * from './model/declarations';
export type * from './model/topology';
export { chosenOf, formatTopology, parseTopology, sessionsOf } from './model';
export {
  type NeighborConfiguration,
  neighborConfiguration,
  type NeighborFile,
  type NeighborPlatform,
  neighborText,
} from './neighbors';
export type {
  Acceptance,
  Budget,
  BudgetMeasure,
  ClientResult,
  CrpdLicenseProps,
  Failure,
  FailureCost,
  FailureKind,
  Finding,
  FindingKind,
  FindingSeverity,
  HeldPath,
  Holding,
  Known,
  PairCosts,
  ProofProps,
  ProofResult,
  Route,
  Severity,
  Simulation,
} from './proof';
export { simulate } from './proof';
export { Monitoring, type MonitoringProps } from './monitoring/monitoring';
export { MetalLBAddressPool, type MetalLBAddressPoolProps } from './reachability/metallb-address-pool';
export {
  type BfdProfileProps,
  MetalLBBgpPeering,
  type MetalLBBgpPeeringProps,
} from './reachability/metallb-bgp-peering';
export type { MetalLBPeer, MetalLBPeerProps } from './reachability/metallb-peer';
export type { NodeSelectorExpression, NodeSelectorProps } from './reachability/node-selector';
export {
  type AdvertisementProps,
  type HostNetworkProps,
  type LoadBalancedSide,
  type LoadBalancerProps,
  Reachability,
} from './reachability/reachability';
export { Crpd, type CrpdProps } from './router/crpd';
export { Frr, type FrrProps } from './router/frr';
export type { Report } from './report';
export { Router, type RouterPod, type RouterProps, type RouterResources } from './router/router';
export type {
  ClientFiltersProps,
  Excess,
  FilterDefaults,
  MaximumPrefixesProps,
  MemberProps,
  PeerGroupProps,
  RpkiProps,
} from './settings';
export * from './topology/anycast-route-server-pair';
export * from './topology/fully-meshed-route-servers';
export * from './topology/hierarchical-route-reflectors';
export * from './topology/kubernetes-nodes';
export type { AddressFamilies } from './topology/address-families';
export {
  ExternalRouteReflectors,
  type ExternalRouteReflectorProps,
  type ExternalRouteReflectorsProps,
} from './topology/external-route-reflectors';
export type { ImportedRegion, RegionServiceProps } from './topology/imported-region';
export { Mesh, type MeshProps } from './topology/mesh';
export * from './topology/outside-router';
export type {
  ClientSessionProps,
  RegionCommunities,
  RegionSideProps,
  RouteReflectorRegionProps,
} from './topology/region-props';
export * from './topology/route-reflector-region';
export type { Clients } from './topology/client-ranges';
export type { MadeObjects } from './registry';
export type { IngressProps, NetworkPolicyProps } from './topology/network-policy-props';
export type { PodProps } from './topology/pod-props';
export type { SideProps } from './topology/sides';
export type { UpdateStrategyProps } from './topology/update-strategy';
export type { TemplateProps } from './topology/template';
export type { RouterWorkloadProps, RuntimeProps } from './topology/workload-props';
