import { spawnSync } from 'child_process';

/** Sets a key (TCP_MD5SIG, 14) on a socket. Node has no such call; both images have Perl. */
const PROGRAM = `
use Socket;
socket(my $socket, PF_INET, SOCK_STREAM, 0) or exit 2;
my $address = pack_sockaddr_in(0, inet_aton('192.0.2.1'));
exit 0 if setsockopt($socket, 6, 14, pack('a128 C C S l a80', $address, 0, 0, 3, 0, 'key'));
print $!;
exit 1;
`;

/** The timeout in milliseconds. It takes some milliseconds. */
const TIMEOUT_MS = 5_000;

/**
 * Why the kernel cannot sign TCP segments (RFC 2385); undefined if it can, or if this is not known. A kernel without
 * `CONFIG_TCP_MD5SIG` says `Protocol not available`; one in FIPS mode has no MD5.
 *
 * @param perl the program
 */
export function md5Refusal(perl = 'perl'): string | undefined {
  const { status, stdout } = spawnSync(perl, ['-e', PROGRAM], { encoding: 'utf8', timeout: TIMEOUT_MS });
  return status === 1 ? stdout : undefined;
}
