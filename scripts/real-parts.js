'use strict';
// The programs that tests talk to, beside Node, and the Debian packages that bring them.
const { spawnSync } = require('child_process');
const fs = require('fs');

const parts = {
  root: { test: () => process.getuid?.() === 0, how: 'run as root' },
  bgpd: { file: '/usr/lib/frr/bgpd', package: 'frr' },
  dnsmasq: { file: '/usr/sbin/dnsmasq', package: 'dnsmasq-base' },
  named: { file: '/usr/sbin/named', package: 'bind9' },
  openssl: { file: '/usr/bin/openssl', package: 'openssl' },
  jinja2: { file: '/usr/lib/python3/dist-packages/jinja2/__init__.py', package: 'python3-jinja2' },
  pyez: { file: '/usr/lib/python3/dist-packages/jnpr/junos/__init__.py', package: 'python3-junos-eznc' },
  sshd: { file: '/usr/sbin/sshd', package: 'openssh-server' },
  netconfd: { file: '/usr/sbin/netconfd', package: 'netconfd' },
  ip: { file: '/usr/sbin/ip', package: 'iproute2' },
  debootstrap: { file: '/usr/sbin/debootstrap', package: 'debootstrap' },
  buildah: { file: '/usr/bin/buildah', package: 'buildah' },
  bird: { file: '/usr/sbin/bird', package: 'bird2' },
  gobgpd: { file: '/usr/bin/gobgpd', package: 'gobgpd' },
  curl: { file: '/usr/bin/curl', package: 'curl' },
  nft: { file: '/usr/sbin/nft', package: 'nftables' },
  chromium: { file: '/usr/bin/chromium', package: 'chromium' },
  prometheus: { file: '/usr/bin/prometheus', package: 'prometheus' },
  stayrtr: { file: '/usr/bin/stayrtr', package: 'stayrtr' },
  'frr-rpki': {
    // The folder of libraries has the name of the machine's architecture.
    test: () => fs.readdirSync('/usr/lib').some((name) => fs.existsSync(`/usr/lib/${name}/frr/modules/bgpd_rpki.so`)),
    package: 'frr-rpki-rtrlib',
  },
  faketime: { file: '/usr/bin/faketime', package: 'faketime' },
  runc: { file: '/usr/sbin/runc', package: 'runc' },
};

/** What a real cluster needs beside these. Tests without a cluster do without. */
const clusterParts = {
  containerd: { file: '/usr/bin/containerd', package: 'containerd' },
  cni: { file: '/usr/lib/cni/portmap', package: 'containernetworking-plugins' },
  etcd: { file: '/usr/bin/etcd', package: 'etcd-server' },
  conntrack: { file: '/usr/sbin/conntrack', package: 'conntrack' },
  ipset: { file: '/usr/sbin/ipset', package: 'ipset' },
  iptables: { file: '/usr/sbin/iptables', package: 'iptables' },
  go: { test: () => spawnSync('go', ['version']).status === 0, how: 'install Go 1.26 or later' },
};
const all = { ...parts, ...clusterParts };

/** Whether a part is on this machine. */
function present(name) {
  const part = all[name];
  return part.test ? part.test() : fs.existsSync(part.file);
}

module.exports = { parts, clusterParts, present };
