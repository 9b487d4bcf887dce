import { counted } from '../../../lib/model';
import { sessionsUnread } from '../live-app';
import { isReady } from '../objects';
import { Finding, inNamespace, resultOf, Rule, unknown } from './rule';

/** Whether each pod is ready, and what its runtime complains about. */
export const pods: Rule = {
  name: 'pods',
  look({ routers, snapshot: { unread } }) {
    const findings = routers.flatMap((router): Finding[] => {
      const { pod, status, silence, name } = router;
      const subject = pod.metadata.name;
      if (pod.metadata.deletionTimestamp !== undefined) return [];
      const waiting = pod.status.containerStatuses?.find(({ state }) => state?.waiting)?.state?.waiting;
      const log = `kubectl logs ${inNamespace(router)} -c ${name.container}`;
      if (silence !== undefined) {
        const why = waiting?.reason === undefined ? silence : `${silence}: ${waiting.reason}`;
        return [{ subject, problem: `does not answer: ${why}`, remedy: `kubectl describe pod ${inNamespace(router)}` }];
      }
      const stop = `npx cdk8s-meshrr undrain ${subject}`;
      return [
        ...(status?.router.reachable === false
          ? [{ subject, problem: 'its router does not answer', remedy: log }]
          : []),
        ...(status?.router.draining ? [{ subject, problem: 'is drained', remedy: `end the drain: ${stop}` }] : []),
        ...(isReady(pod) || status?.router.draining
          ? []
          : [{ subject, problem: `is not ready: ${status?.readiness.reason ?? 'no report'}`, remedy: log }]),
        ...(status?.problems ?? []).map((problem) => ({ subject, problem, remedy: log })),
      ];
    });
    const why = unread.get('exec');
    if (why !== undefined && findings.length === 0) return unknown(why);
    return resultOf(findings, `${counted(routers.length, 'pod')} ready, without a problem`);
  },
};

/** The sessions that the model has between the pods and routers that are there, in all clusters. */
export const sessions: Rule = {
  name: 'sessions',
  look({ missing, app }) {
    if (missing === undefined) return undefined;
    const why = sessionsUnread(app);
    if (why !== undefined) return unknown(why);
    const { routers } = app;
    const findings = missing.map((text): Finding => {
      const router = routers.find(({ pod }) => text.includes(pod.metadata.name));
      const remedy = router
        ? `kubectl logs ${inNamespace(router)} -c ${router.name.container} | grep session-`
        : 'look at that router: the pods only wait for its connection';
      return { subject: text, problem: 'is not Established', remedy };
    });
    const ends = routers.flatMap((router) => router.sessions.filter(({ state }) => state === 'Established'));
    return resultOf(findings, `all sessions of the model are Established; ${counted(ends.length, 'end')} at pods`);
  },
};
