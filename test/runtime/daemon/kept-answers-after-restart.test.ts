import * as fs from 'fs';
import { OWN, MESH, found, FAILED, setUp, keptAnswers } from './synchronizer-pod';

describe('a container that restarts while discovery fails', () => {
  const MET = ['MESHRR-MESH 10.42.0.2', 'MESHRR-MESH 10.42.0.3'];

  /** A pod with the answers of one that has met two others. */
  async function restarted() {
    const before = setUp(MESH);
    before.answers.core = found(OWN, '10.42.0.2', '10.42.0.3');
    await before.turns(2);
    const pod = setUp(MESH);
    pod.answers.core = FAILED;
    return pod;
  }

  test('begins with the last answer, and still reports the fault', async () => {
    const pod = await restarted();
    await pod.turns(5);
    expect(pod.configured()).toEqual(MET);
    expect(pod.synchronizer.synchronized).toBe(true);
    expect(pod.status().groups[0].lastAnswer).toBe('found 3 by file');
    expect(pod.status().problems).toEqual(['discovery-failed core.default.svc.cluster.local: SERVFAIL']);
  });

  test('removes no router for the last answer, and then follows the new ones', async () => {
    const pod = await restarted();
    pod.fake.configured = [{ group: MESH.name, address: '10.42.0.4' }];
    await pod.turns(100);
    expect(pod.configured()).toEqual([...MET, 'MESHRR-MESH 10.42.0.4']);
    pod.answers.core = found(OWN, '10.42.0.3', '10.42.0.5');
    await pod.turns(10);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.3', 'MESHRR-MESH 10.42.0.5']);
    expect(pod.status().problems).toEqual([]);
    pod.answers.core = FAILED;
    await pod.turns(1);
    expect(pod.status().groups[0].lastAnswer).toBe('SERVFAIL');
  });

  test('has no use for it if discovery works, even if it finds nobody', async () => {
    const pod = await restarted();
    pod.answers.core = { kind: 'empty', reason: 'NXDOMAIN' };
    await pod.turns(5);
    expect(pod.configured()).toEqual([]);
    expect(pod.synchronizer.synchronized).toBe(false);
  });

  test('ignores kept addresses outside of the pod networks', async () => {
    fs.writeFileSync(keptAnswers.file, '{"core.default.svc.cluster.local":["10.77.0.1"]}');
    const pod = setUp(MESH);
    pod.answers.core = FAILED;
    await pod.turns(5);
    expect(pod.configured()).toEqual([]);
  });

  test('reports once that answers cannot be kept, and goes on', async () => {
    fs.rmSync(keptAnswers.folder, { recursive: true });
    const pod = setUp(MESH);
    pod.answers.core = found(OWN, '10.42.0.2');
    await pod.turns(5);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2']);
    expect(pod.events().filter(({ event }) => event === 'answers-not-kept')).toHaveLength(1);
    fs.mkdirSync(keptAnswers.folder);
    await pod.turns(1);
    expect(pod.status().problems).toEqual([]);
  });
});
