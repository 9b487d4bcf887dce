import { podApi } from '../../../crpd-image/runtime/discovery/pod-api';
import { eventually } from '../../../test-support/eventually';
import { KubernetesApi } from '../../../test-support/kubernetes-api';

const SLICES =
  '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name=core';

describe('connections to the API', () => {
  let server: KubernetesApi;
  const start = async () => {
    server = await KubernetesApi.start();
    return podApi({ env: server.env, folder: server.folder });
  };
  afterEach(() => server.close());

  test('are kept for further requests, with the current token each time', async () => {
    const api = await start();
    for (let i = 0; i < 3; i++) {
      await api.exchange(SLICES);
      server.rotateToken({ told: true });
    }
    expect(server.connections).toBe(1);
    api.close();
  });

  test('are kept after a refusal, whose reason is read', async () => {
    const api = await start();
    await expect(api.exchange('/apis/apps/v1/deployments')).rejects.toThrow('no access to');
    await api.exchange(SLICES);
    expect(server.connections).toBe(1);
    api.close();
  });

  test('are made again after the server ended them', async () => {
    const api = await start();
    await api.exchange(SLICES);
    server.cut();
    await eventually(() => expect(server.connected).toBe(0));
    await eventually(() => api.exchange(SLICES));
    expect(server.connections).toBe(2);
    api.close();
  });

  test('end with the client', async () => {
    const api = await start();
    await api.exchange(SLICES);
    expect(server.connected).toBe(1);
    api.close();
    await eventually(() => expect(server.connected).toBe(0));
  });
});
