import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { readPod } from '../../crpd-image/runtime/pod';
import { HASH } from '../../test-support/configuration-cases';

const CRPD = {
  POD_IP: '10.42.0.1',
  MESH_SERVICE_NAME: 'core',
  AUTONOMOUS_SYSTEM: '64496',
  MESHRR_CLIENTRANGE: '198.51.100.0/24',
};
const OTHER = HASH.replace('saltsalt', 'pepper');

describe('the root password hash of cRPD', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'secret-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  function fileOf(text: string): string {
    const file = path.join(folder, 'root-password');
    fs.writeFileSync(file, text, { mode: 0o400 });
    return file;
  }
  const hashIn = (env: Record<string, string>, file: string, secrets: 'read' | 'ignored' = 'read') =>
    readPod({ ...CRPD, ...env }, secrets, file).settings.encryptedRootPassword;

  test.each([HASH, `${HASH}\n`])('comes from the file that the Secret is mounted as', (text) => {
    expect(hashIn({}, fileOf(text))).toBe(HASH);
  });

  test('comes from the variable if the manifest has it, as in the original', () => {
    expect(hashIn({ ENCRYPTED_ROOT_PW: OTHER }, fileOf(HASH))).toBe(OTHER);
    expect(hashIn({ ENCRYPTED_ROOT_PW: OTHER }, path.join(folder, 'absent'))).toBe(OTHER);
  });

  test('is not read by a command that has no use for it', () => {
    expect(hashIn({}, fileOf('not a hash'), 'ignored')).toBeUndefined();
  });

  test('missing in both places is reported with both', () => {
    expect(() => hashIn({}, path.join(folder, 'absent'))).toThrow(
      /^ENCRYPTED_ROOT_PW: got nothing, want a SHA-512 crypt hash, here or in \/etc\/meshrr\/secret\/root-password/,
    );
  });

  test.each(['hunter2', '', `${HASH}"; }`])('that is none is refused with the file, and never shown: %p', (text) => {
    const file = fileOf(text);
    expect(() => hashIn({}, file)).toThrow(`${file}: got (hidden), want a SHA-512 crypt hash`);
  });

  test('in a file that cannot be read is refused with the reason', () => {
    expect(() => hashIn({}, folder)).toThrow(`${folder}: got (hidden), want a file that can be read (EISDIR)`);
  });

  test('is not looked for by FRR', () => {
    expect(hashIn({ MESHRR_ROUTER: 'frr' }, path.join(folder, 'absent'))).toBeUndefined();
  });
});
