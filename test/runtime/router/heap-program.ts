// Run under the image's limits by heap.test.ts: what the drivers make of a router that says too much.
import { CrpdDriver } from '../../../crpd-image/runtime/router/crpd/driver';
import { FrrDriver } from '../../../crpd-image/runtime/router/frr/driver';
import { RouterDriver, RouterUnavailable } from '../../../crpd-image/runtime/router/driver';
import { connectTo, greeting } from './crpd/scripted-server';
import { floodOf } from './flood';

const [, , router, place] = process.argv;
const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const groups = [{ kind: 'mesh' as const, name: 'M', service }];

/** Answers each request with the same flood. */
function floodedCrpd(): RouterDriver {
  const connect = connectTo(() => {
    const server = greeting((request) => {
      const id = /message-id="(\w+)"/.exec(request)?.[1] as string;
      const chunks = floodOf(place, id);
      const more = () => {
        const { value, done } = chunks.next();
        if (done || server.closed > 0) return;
        server.send([Buffer.from(value)]);
        setImmediate(more);
      };
      more();
      return 'silence';
    });
    return server;
  });
  return new CrpdDriver({ connect, groups });
}

function floodedFrr(): RouterDriver {
  const podIp = { family: 4 } as never;
  const model = { autonomousSystem: 64496, discovered: groups, clients: [], podIp };
  return new FrrDriver({ model, vtyFolder: place, deadlineMs: 60_000 });
}

async function told(call: Promise<readonly unknown[]>): Promise<string> {
  try {
    return `${(await call).length} read`;
  } catch (error) {
    if (error instanceof RouterUnavailable) return error.message;
    throw error;
  }
}

async function main(): Promise<void> {
  const driver = router === 'crpd' ? floodedCrpd() : floodedFrr();
  const [sessions, neighbors] = [await told(driver.sessions()), await told(driver.neighbors())];
  await driver.close();
  console.log(JSON.stringify({ sessions, neighbors }));
}

void main();
