import * as fs from 'fs';
import * as path from 'path';
import { attempt, run } from './network/command';
import { closeNamespace } from './network/namespace';

/** The folder of all workspaces. Labs of another home do not see these. */
const HOME = process.env.MESHRR_LAB_HOME ?? '/run/meshrr-lab';

let count = 0;

/**
 * The workspace of a lab on this machine: a folder that is a file system of its own, which goes with all that is in it,
 * and a beginning of names that no other lab has.
 */
export class Workspace {
  readonly folder: string;

  /** @param id the process that the lab is of, and which of its labs it is: `1234.1` */
  private constructor(readonly id: string) {
    this.folder = path.join(HOME, id);
  }

  /** Creates a workspace. Before that it removes the workspaces of labs whose process is gone. */
  static async take(): Promise<Workspace> {
    for (const stale of Workspace.all().filter((workspace) => !workspace.isOwned())) await stale.clear();
    const workspace = new Workspace(`${process.pid}.${++count}`);
    fs.mkdirSync(workspace.folder, { recursive: true });
    // The image is an overlay over this machine's root, in which its own layers may not be.
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

  /** The beginning of the names of its namespaces. */
  get prefix(): string {
    return `lab${this.id}`;
  }

  /** Removes what the lab has made, also where its process could not. */
  async clear(): Promise<void> {
    const names = fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns') : [];
    await Promise.all(names.filter((name) => name.startsWith(`${this.prefix}-`)).map(closeNamespace));
    await attempt('umount', ['--lazy', this.folder]);
    // Another lab that starts at the same time may be about to do the same.
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
