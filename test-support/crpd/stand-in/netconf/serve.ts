import * as fs from 'fs';
import { Fault } from '../state/faults';
import { Context } from './requests';
import { answer, END, greeting, Outgoing } from './session';

let hanging = false;

/** Speaks NETCONF over standard input and output until the client leaves. */
export function serve(context: Context): void {
  process.on('exit', () => {
    // A test may have taken the folder away already.
    if (fs.existsSync(context.folder.folder)) context.candidates.leave();
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
  process.stdout.on('error', () => process.exit(1));
  let work = send(greeting(context));
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    const messages = (rest + chunk).split(END);
    rest = messages.pop() ?? '';
    for (const message of messages) {
      work = work.then(async () => {
        const outgoing = answer(message, context);
        if (outgoing) await send(outgoing);
        if (outgoing?.end) process.exit(0);
      });
    }
  });
  process.stdin.on('end', () => {
    if (hanging) process.exit(0);
    void work.then(() => process.exit(0));
  });
}

async function send({ text, faults }: Outgoing): Promise<void> {
  const has = (name: Fault['fault']): Fault | undefined => faults.find(({ fault }) => fault === name);
  const slow = has('slow');
  if (slow) await pause(slow.ms ?? 200);
  if (has('hang')) {
    hanging = true;
    await new Promise(() => undefined);
  }
  if (has('truncated')) {
    await write(text.slice(0, text.length / 2));
    process.exit(1);
  }
  const huge = has('huge');
  if (huge) await writeHuge(huge.bytes ?? 100 * 1024 * 1024);
  else if (has('malformed')) await write(`<rpc-reply><ok></rpc-reply${END}`);
  else if (has('split')) await writeSplit(text, has('split')?.size ?? 1);
  else if (has('merged')) holdBack(text, has('merged')?.ms ?? 20);
  else await write(text);
}

/** A reply that does not end before it has this many bytes. */
async function writeHuge(bytes: number): Promise<void> {
  await write('<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">\n<output>\n');
  const line = `${'x'.repeat(1023)}\n`.repeat(64);
  for (let sent = 0; sent < bytes; sent += line.length) await write(line);
  await write(`</output>\n</rpc-reply>\n${END}\n`);
}

async function writeSplit(text: string, size: number): Promise<void> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    await write(bytes.subarray(at, at + size));
    // Without a turn of the loop the pipe would join them again.
    await new Promise(setImmediate);
  }
}

let held = '';

function holdBack(text: string, ms: number): void {
  if (held === '') {
    setTimeout(() => {
      process.stdout.write(held);
      held = '';
    }, ms);
  }
  held += text;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const write = (data: string | Buffer): Promise<void> =>
  new Promise((resolve) => process.stdout.write(data, () => resolve()));
