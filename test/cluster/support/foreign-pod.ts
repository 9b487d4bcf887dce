import { RealCluster } from '../../../cluster/real-cluster';

const NAME = 'foreign';

/** A pod that is no router, and has no label of one. It runs the image of the app, which has a shell. */
export class ForeignPod {
  private constructor(
    private readonly cluster: RealCluster,
    private readonly namespace: string,
  ) {}

  /** Returns when it runs. */
  static async start(cluster: RealCluster, namespace: string, image: string): Promise<ForeignPod> {
    await cluster.apply([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: NAME, namespace },
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              ...{ name: NAME, image, command: ['sleep', 'infinity'] },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
          terminationGracePeriodSeconds: 0,
        },
      },
    ]);
    await cluster.kubectl('-n', namespace, 'wait', '--for=condition=Ready', `pod/${NAME}`, '--timeout=120s');
    return new ForeignPod(cluster, namespace);
  }

  /** Whether a connection to this port comes up. */
  async reaches(address: string, port: number): Promise<boolean> {
    const connect = `exec 3<>/dev/tcp/${address}/${port}`;
    const attempt = `timeout 3 bash -c '${connect}' 2>/dev/null && echo reached || echo not`;
    const said = await this.cluster.kubectl('-n', this.namespace, 'exec', NAME, '--', 'bash', '-c', attempt);
    return said.trim() === 'reached';
  }

  async remove(): Promise<void> {
    await this.cluster.kubectl('-n', this.namespace, 'delete', 'pod', NAME);
  }
}
