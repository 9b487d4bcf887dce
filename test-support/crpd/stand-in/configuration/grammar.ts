/**
 * The part of Junos's grammar (22.4) that the stand-in knows; what is not here is a syntax error. One statement a line:
 *
 *     NAME            a container          NAME = TYPE      a leaf
 *     NAME+           … that may be empty  NAME[] = TYPE    a leaf with several values
 *     NAME(KEY…)      a list               NAME!            a leaf without a value
 *     *…              its word is not written in text: `autonomous-system 64496`, `lo0 { … }`
 *     …~              written on one line  …>               its children are written behind its word: `family inet { … }`
 *     …^              its entries stand in one block: `groups { A { … } B { … } }`
 *     …@FRAGMENT      with the statements of a fragment
 *
 * The order here is the order in which Junos shows statements. TYPE is one of values.ts.
 */
export const STATEMENTS = `
version = string
groups(name)^ @top
apply-groups[] = name
@top
`;

export const FRAGMENTS: Record<string, string> = {
  top: `
system
  host-name = string
  domain-name = string
  no-compress-configuration-files!
  root-authentication
    encrypted-password = hash
    ssh-rsa(name)~
      from = string
    ssh-ed25519(name)~
      from = string
  commit
    persist-groups-inheritance!
  scripts
    language = enum(python|python3)
    action
      max-datasize = int(23068672..1073741824)
  login
    class(name)
      permissions[] = name
      idle-timeout = int(0..60)
    user(name)
      full-name = string
      uid = int(100..64000)
      class = name
      authentication
        encrypted-password = hash
        ssh-rsa(name)~
          from = string
        ssh-ed25519(name)~
          from = string
    message = string
  services
    ssh+
      root-login = enum(allow|deny|deny-password)
      port = int(1..65535)
      connection-limit = int(1..250)
    extension-service
      request-response
        grpc
          max-connections = int(1..30)
    netconf
      ssh+
        port = int(1..65535)
      rfc-compliant!
  syslog
    file(name)
      *contents(name)~
        any!
        notice!
        info!
        warning!
  license
    keys
      key(name)
  processes
    routing
      bgp
        rib-sharding+
          number-of-shards = int(1..31)
        update-threading+
          number-of-threads = int(1..128)
interfaces
  *interface(name)
    description = string
    mtu = int(256..9500)
    unit(name)
      description = string
      family>
        inet+
          address(name)
        inet6+
          address(name)
        iso+
          address(name)
snmp
  community(name)
    authorization = enum(read-only|read-write)
routing-options
  @routing-options
  validation
    group(name)
      session(name)
        port = int(1..65535)
protocols
  bgp @bgp
  bfd
    traceoptions
      file~
        *filename = string
routing-instances
  *instance(name)
    instance-type = enum(virtual-router|vrf|forwarding|no-forwarding)
    interface(name)
    route-distinguisher
      *rd-type = string
    vrf-import[] = policy
    vrf-export[] = policy
    vrf-target
      *community = string
    routing-options
      @routing-options
    protocols
      bgp @bgp
policy-options
  prefix-list(name)
    *prefix-list-item(name)
  policy-statement(name)
    term(name)
      from @from
      then @then
    from @from
    then @then
  community(name)
    members[] = string
  as-path(name)~
    *path = string
  as-list(name)
    members[] = asrange
`,
  'routing-options': `
rib(name)
  static
    route(name) @route
interface-routes
  rib-group~
    inet = name
    inet6 = name
router-id = ip4
autonomous-system~
  *as-number = asn
  loops = int(1..10)
  asdot-notation!
graceful-restart+
  disable!
  restart-duration = int(120..10000)
bmp
  station(name)
    station-address = ip
    station-port = int(1..65535)
    connection-mode = enum(active|passive)
static
  route(name) @route
resolution
  rib(name)
    resolution-ribs[] = name
    import[] = policy
forwarding-table
  export[] = policy
`,
  route: `
discard!
reject!
receive!
next-hop[] = string
next-table = name
no-install!
community[] = string
`,
  bgp: `
path-selection
  always-compare-med!
traceoptions
  file~
    *filename = string
    size = string
    files = int(2..1000)
  flag(name)~
    detail!
@session
group(name)
  type = enum(internal|external)
  @session
  as-override!
  allow[] = prefix
  dynamic-neighbor(name)
    allow[] = prefix
    authentication-key = secret
  optimal-route-reflection
    igp-primary = ip4
    igp-backup = ip4
  peer-as-list = name
  neighbor(name:ip) @session
`,
  session: `
description = string
multihop+
  ttl = int(1..255)
  no-nexthop-change!
route-server-client!
accept-remote-nexthop!
preference = int(0..4294967295)
local-preference = int(0..4294967295)
local-address = ip
hold-time = holdtime
minimum-hold-time = holdtime
passive!
advertise-inactive!
advertise-peer-as!
keep = enum(all|none)
mtu-discovery!
enforce-first-as!
out-delay = int(0..65535)
ttl = enum(1|255)
log-updown!
damping!
import[] = policy
bgp-error-tolerance+
  malformed-update-log-interval = int(0..65535)
  malformed-route-limit = int(0..4294967295)
  no-malformed-route-limit!
family>
  inet
    unicast+ @family
    labeled-unicast+ @family
  inet-vpn
    unicast+ @family
  inet6
    unicast+ @family
    labeled-unicast+ @family
  inet6-vpn
    unicast+ @family
  evpn
    signaling+ @family
  route-target+
    @limits
    external-paths = int(1..16)
    advertise-default!
    @family-graceful-restart
    nexthop-resolution
      no-resolution!
authentication-key = secret
authentication-algorithm = enum(md5|hmac-sha-1-96|aes-128-cmac-96|ao)
authentication-key-chain = name
export[] = policy
remove-private+
  all+
cluster = ip4
no-client-reflect!
peer-as = asn
local-as~
  *as-number = asn
  private!
  no-prepend-global-as!
graceful-shutdown
  receiver+
    disable!
    local-preference = int(0..4294967295)
  sender+
    local-preference = int(0..4294967295)
shutdown+
graceful-restart+
  disable!
  restart-time = int(1..1800)
  stale-routes-time = int(1..1800)
  long-lived
    receiver+
      disable!
    advertise-to-non-llgr-neighbor+
      omit-no-export!
include-mp-next-hop!
multipath+
  multiple-as!
tcp-mss = int(1..4096)
bgp-identifier = ip4
bfd-liveness-detection
  minimum-interval = int(1..255000)
  multiplier = int(1..255)
  session-mode = enum(automatic|single-hop|multihop)
`,
  limits: `
prefix-limit @limit
accepted-prefix-limit @limit
`,
  limit: `
maximum = int(1..4294967295)
teardown~
  *limit-threshold = int(1..100)
  idle-timeout~
    *timeout = int(1..2400)
    forever!
drop-excess~
  *limit-threshold = int(1..100)
hide-excess~
  *limit-threshold = int(1..100)
`,
  'family-graceful-restart': `
graceful-restart
  long-lived
    restarter+
      disable!
      stale-time = string
`,
  family: `
@limits
add-path
  receive!
  send
    path-count = int(2..64)
    prefix-policy[] = policy
    multipath!
loops~
  *loops = int(1..10)
nexthop-resolution
  no-resolution!
  preserve-nexthop-hierarchy!
@family-graceful-restart
extended-nexthop!
no-install!
`,
  from: `
instance = name
family = enum(inet|inet6|evpn|inet-vpn|route-target)
local-preference = int(0..4294967295)
protocol[] = enum(aggregate|bgp|direct|isis|local|ospf|ospf3|static|evpn)
rib = name
neighbor[] = ip
as-path[] = name
as-path-calc-length(length)~
  orhigher!
  orlower!
  equal!
community[] = name
policy[] = policy
route-filter(address)~
  exact!
  longer!
  orlonger!
  upto = string
  prefix-length-range = string
prefix-list(name)
prefix-list-filter(list_name)~
  exact!
  longer!
  orlonger!
nlri-route-type[] = int(1..11)
validation-database = enum(invalid|unknown|valid)
`,
  then: `
metric~
  *metric = int(0..4294967295)
  add = int(0..4294967295)
preference~
  *preference = int(0..4294967295)
local-preference~
  *local-preference = int(0..4294967295)
  add = int(0..4294967295)
  subtract = int(0..4294967295)
origin = enum(egp|igp|incomplete)
validation-state = enum(invalid|unknown|valid)
community(choice-ident community-name)~
as-path-prepend = string
as-path-expand~
  last-as~
    count = int(1..32)
next-hop~
  self!
  peer-address!
  discard!
  reject!
  *address = ip
no-install-to-fib!
load-balance
  per-packet!
default-action = enum(accept|reject)
next = enum(policy|term)
accept!
reject!
`,
};
