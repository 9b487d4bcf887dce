import * as readline from 'readline';
import { DnsServer } from './dns-server';

/** A {@link DnsServer} as a process. Arguments: `ADDRESS PORT`; commands come as JSON lines on standard input. */
async function main(): Promise<void> {
  const [address, port] = process.argv.slice(2);
  const server = await DnsServer.start(address, Number(port));
  const answer = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  answer({ address: server.address });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, order, args } = JSON.parse(line);
    if (order === 'takeQuestions') answer({ id, result: server.questions.splice(0) });
    else {
      (server[order as 'set'] as (...args: unknown[]) => void)(...args);
      answer({ id });
    }
  }
  await server.close();
}

void main();
