import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** Where the programs are kept, outside of the clone, as they are built once. */
const CACHE = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'cdk8s-meshrr', 'gitops');

/** The packages of Go that the programs are, at pinned versions. */
const PACKAGES = {
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1',
  helm: 'helm.sh/helm/v3/cmd/helm@v3.22.0',
} as const;

export const hasGo = spawnSync('go', ['version']).status === 0;

/** The path of a program, which Go builds where the cache does not have it: minutes the first time. */
export function gitopsProgram(name: keyof typeof PACKAGES): string {
  const folder = path.join(CACHE, PACKAGES[name].replace(/\W+/g, '-'));
  const program = path.join(folder, name);
  if (!fs.existsSync(program)) {
    fs.mkdirSync(CACHE, { recursive: true });
    const unfinished = fs.mkdtempSync(path.join(CACHE, 'unfinished-'));
    const env = { ...process.env, GOBIN: unfinished, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
    execFileSync('nice', ['go', 'install', '-trimpath', '-ldflags', '-s -w', PACKAGES[name]], { env, stdio: 'pipe' });
    fs.cpSync(unfinished, folder, { recursive: true });
    fs.rmSync(unfinished, { recursive: true });
  }
  return program;
}
