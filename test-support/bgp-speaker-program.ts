import { connect, Socket } from 'net';

/**
 * A BGP speaker that can send what bgpd cannot. Arguments: `ROUTER AS ID HOSTNAME FLAPS`, the host name in hex. It
 * opens FLAPS sessions and closes each as soon as it is Established. Then it opens one that stays, and advertises
 * ID/32. It prints a line for each Established session.
 */
const [router, asNumber, id, hostName, flaps] = process.argv.slice(2);
const OPEN = 1;
const UPDATE = 2;
const KEEPALIVE = 4;
/** The wait after a session that did not come up, in milliseconds. */
const AGAIN_MS = 20;

const address = (text: string) => Buffer.from(text.split('.').map(Number));
const uint16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const counted = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length]), bytes]);

function message(type: number, body = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.alloc(16, 255), uint16(19 + body.length), Buffer.from([type]), body]);
}

function open(): Buffer {
  const capability = (code: number, value: Buffer) => Buffer.concat([Buffer.from([code]), counted(value)]);
  const capabilities = Buffer.concat([
    capability(1, Buffer.from([0, 1, 0, 1])),
    capability(65, Buffer.concat([uint16(0), uint16(Number(asNumber))])),
    // The host name and an empty domain (draft-walton-bgp-hostname-capability).
    capability(73, Buffer.concat([counted(Buffer.from(hostName, 'hex')), Buffer.from([0])])),
  ]);
  const parameters = counted(Buffer.concat([Buffer.from([2]), counted(capabilities)]));
  return message(
    OPEN,
    Buffer.concat([Buffer.from([4]), uint16(Number(asNumber)), uint16(90), address(id), parameters]),
  );
}

function announcement(): Buffer {
  const attributes = Buffer.concat([
    Buffer.from([0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4]),
    address(id),
    Buffer.from([0x40, 5, 4, 0, 0, 0, 100]),
  ]);
  const prefix = Buffer.concat([Buffer.from([32]), address(id)]);
  return message(UPDATE, Buffer.concat([uint16(0), uint16(attributes.length), attributes, prefix]));
}

/** @returns the session once it is Established; undefined if it does not come up */
function established(): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(179, router, () => socket.write(open()));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 19 && received.length >= received.readUInt16BE(16)) {
        const type = received[18];
        received = received.subarray(received.readUInt16BE(16));
        if (type === OPEN) socket.write(message(KEEPALIVE));
        else if (type === KEEPALIVE) resolve(socket);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(undefined));
  });
}

async function main(): Promise<void> {
  for (let left = Number(flaps); ;) {
    const session = await established();
    if (!session) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      continue;
    }
    process.stdout.write('Established\n');
    if (left-- > 0) {
      session.destroy();
      continue;
    }
    session.write(announcement());
    setInterval(() => session.write(message(KEEPALIVE)), 5_000);
    return;
  }
}

void main();
