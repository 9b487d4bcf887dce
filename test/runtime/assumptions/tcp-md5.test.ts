import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { md5Refusal } from '../../../crpd-image/runtime/assumptions/tcp-md5';

/** Whether this kernel is known to have TCP MD5, by its own list of functions. */
const HAS_MD5 = /\btcp_md5_do_add\b/.test(fs.readFileSync('/proc/kallsyms', 'utf8'));

describe('TCP MD5 of the kernel', () => {
  let folder: string;
  beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'md5-'))));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  /** Perl, whose calls of setsockopt are replaced. */
  function perl(replacement: string): string {
    const file = path.join(folder, 'perl');
    fs.writeFileSync(file, `#!/bin/sh\nexec perl -e 'BEGIN { ${replacement} }' -e "$2"\n`, { mode: 0o755 });
    return file;
  }

  (HAS_MD5 ? test : test.skip)('is found by a real socket', () => {
    expect(md5Refusal()).toBeUndefined();
  });

  test('is refused by a kernel without it, in its words', () => {
    // 92 is ENOPROTOOPT.
    const kernel = perl('*CORE::GLOBAL::setsockopt = sub { $! = 92; 0 };');
    expect(md5Refusal(kernel)).toBe('Protocol not available');
  });

  test('is passed the whole key of an IPv4 address', () => {
    // struct tcp_md5sig: sockaddr_storage, flags, prefix length, key length, interface, 80 bytes of key.
    const kernel = perl(
      '*CORE::GLOBAL::setsockopt = sub { $! = 92; $! = 22 if "@_[1,2]" ne "6 14" || length $_[3] != 216; 0 };',
    );
    expect(md5Refusal(kernel)).toBe('Protocol not available');
  });

  test.each(['/no/such/perl', '/bin/false', '/bin/true'])('is not known if %s is Perl', (program) => {
    const refusal = md5Refusal(program);
    expect(program === '/bin/false' ? refusal : (refusal ?? '')).toBe('');
  });
});
