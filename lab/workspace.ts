import * as fs from 'fs';
import * as path from 'path';
import { attempt, run } from './network/command';
import { closeNamespace } from './network/namespace';

/** The folder of all workspaces. Labs with another folder ignore these. */
const HOME = process.env.MESHRR_LAB_HOME ?? '/run/meshrr-lab';

let count = 0;

/**
 * The workspace of a lab on this machine: a file system for its files, and a unique prefix of names.
 */
export class Workspace {
  readonly folder: string;

  /** @param id process id of the lab's daemon, and the number of the lab in it: `1234.1` */
  private constructor(readonly id: string) {
    this.folder = path.join(HOME, id);
  }

  /** Creates a workspace. Removes the workspaces of ended processes before. */
  static async take(): Promise<Workspace> {
    for (const stale of Workspace.all().filter((workspace) => !workspace.isOwned())) await stale.clear();
    const workspace = new Workspace(`${process.pid}.${++count}`);
    fs.mkdirSync(workspace.folder, { recursive: true });
    // An overlay over this machine's root must not have its upper layers within that root.
    await run('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'meshrr-lab', workspace.folder]);
    return workspace;
  }

  /** The workspaces of all labs that are up. */
  static taken(): Workspace[] {
    return Workspace.all().filter((workspace) => workspace.isOwned());
  }

  /** The workspace of the first lab of a process. */
  static of(pid: number): Workspace {
    return new Workspace(`${pid}.1`);
  }

  private static all(): Workspace[] {
    return fs.existsSync(HOME) ? fs.readdirSync(HOME).map((id) => new Workspace(id)) : [];
  }

  /** The prefix of the names of its namespaces. */
  get prefix(): string {
    return `lab${this.id}`;
  }

  /** Removes everything of the lab, also after its process has ended. */
  async clear(): Promise<void> {
    const names = fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns') : [];
    await Promise.all(names.filter((name) => name.startsWith(`${this.prefix}-`)).map(closeNamespace));
    await attempt('umount', ['--lazy', this.folder]);
    // Another lab that starts at the same time may remove it, too.
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
    try {
      fs.rmdirSync(HOME);
    } catch {
      // Other labs are up.
    }
  }

  private isOwned(): boolean {
    try {
      process.kill(Number(this.id.split('.')[0]), 0);
      return true;
    } catch {
      return false;
    }
  }
}
