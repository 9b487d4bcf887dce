import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';

/**
 * The objects of Kubernetes that a construct has made, for whoever wants to label, annotate or patch one, or needs its
 * name. It is asked anew each time, as some are made when later constructs need them.
 */
export class MadeObjects {
  constructor(private readonly construct: IConstruct) {}

  /** All, but for those of constructs inside: a mesh and pools have their own. */
  get all(): readonly ApiObject[] {
    return [...this.ofKind().values()];
  }

  /** The DaemonSet or StatefulSet of each side, by the name of the side; the Deployment of a core by `core`. */
  get workloads(): ReadonlyMap<string, ApiObject> {
    const found = this.ofKind('DaemonSet', 'Deployment', 'StatefulSet');
    return new Map([...found].map(([id, object]) => [id.replace(/^side-/, ''), object]));
  }

  /**
   * The Services, by what they are for: `address-SIDE` has the addresses of a side, `management-SIDE-NUMBER` those of a
   * pod, `clients` lists clients in pods, and `service` of a mesh lists its routers.
   */
  get services(): ReadonlyMap<string, ApiObject> {
    return this.ofKind('Service');
  }

  /** The ConfigMaps, by what they are for: `template` and `groups`. */
  get configMaps(): ReadonlyMap<string, ApiObject> {
    return this.ofKind('ConfigMap');
  }

  /** Who may connect to the pods; undefined where `networkPolicy` is false. */
  get networkPolicy(): ApiObject | undefined {
    return this.first('NetworkPolicy');
  }

  /** How many pods a drain may take; undefined where it is turned off, or all pods are those of DaemonSets. */
  get disruptionBudget(): ApiObject | undefined {
    return this.first('PodDisruptionBudget');
  }

  /** The ServiceAccount of the pods of a mesh; undefined where they need no token. */
  get serviceAccount(): ApiObject | undefined {
    return this.first('ServiceAccount');
  }

  private first(kind: string): ApiObject | undefined {
    return [...this.ofKind(kind).values()][0];
  }

  /** Those of the kinds, by their ids in the construct; without kinds all. */
  ofKind(...kinds: readonly string[]): ReadonlyMap<string, ApiObject> {
    const objects = this.construct.node.children.filter((child) => ApiObject.isApiObject(child));
    const wanted = objects.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
    return new Map(wanted.map((object) => [object.node.id, object]));
  }
}
