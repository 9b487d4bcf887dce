"""What Juniper's client library does with the stand-in, as one JSON object by scenario.

Usage: pyez-scenarios.py PORT KEYFILE
"""
import json
import sys
import traceback
import warnings

from jnpr.junos import Device
from jnpr.junos.exception import CommitError, ConfigLoadError, LockError, RpcError, UnlockError
from jnpr.junos.utils.config import Config
from lxml import etree

warnings.simplefilter('ignore')
PORT, KEY = int(sys.argv[1]), sys.argv[2]
NEIGHBORS = '''<configuration><groups><name>MESHRR</name><protocols><bgp><group><name>{0}</name>
<neighbor><name/></neighbor></group></bgp></protocols></groups></configuration>'''


def device(**options):
    return Device(host='127.0.0.1', port=PORT, user='root', ssh_private_key_file=KEY, gather_facts=False, **options)


def neighbors(dev, group):
    found = dev.rpc.get_config(filter_xml=etree.XML(NEIGHBORS.format(group)))
    return found.xpath("groups/protocols/bgp/group[name='%s']/neighbor/name/text()" % group)


def error(kind, call):
    """What an exception of this kind says; None where there was none."""
    try:
        call()
    except kind as caught:
        said = caught.rpc_error or {}
        return {'message': caught.message, 'path': said.get('edit_path'), 'element': said.get('bad_element'),
                'severity': said.get('severity')}
    return None


def facts():
    with device() as dev:
        return {name: dev.facts[name] for name in ('model', 'version', 'hostname')}


def seed():
    """A peer is added and another removed, as the first meshrr's update_peers.py does it."""
    with device() as dev:
        with Config(dev, mode='private') as cu:
            before = neighbors(dev, 'G')
            cu.load('set groups MESHRR protocols bgp group G neighbor 10.42.0.3', format='set')
            cu.load('delete groups MESHRR protocols bgp group G neighbor 10.42.0.1', format='set')
            diff = cu.diff()
            done = cu.commit(comment='peers follow DNS')
            left = cu.diff()
        return {'before': before, 'diff': diff, 'done': done, 'left': left, 'after': neighbors(dev, 'G'),
                'log': dev.rpc.get_commit_information().findtext('commit-history/log')}


def formats():
    """Text and XML are loaded; a rollback takes them back."""
    with device() as dev, Config(dev, mode='exclusive') as cu:
        cu.load('groups { MESHRR { protocols { bgp { group G { neighbor 10.42.0.9 { passive; } } } } } }', format='text',
                merge=True)
        text = cu.diff()
        cu.rollback()
        empty = cu.diff()
        cu.load('<configuration><groups><name>MESHRR</name><protocols><bgp><group><name>G</name><neighbor>'
                '<name>10.42.0.8</name></neighbor><neighbor operation="delete"><name>10.42.0.2</name></neighbor></group>'
                '</bgp></protocols></groups></configuration>', format='xml', merge=True)
        xml = cu.diff()
        cu.load('groups { MESHRR { protocols { bgp { replace: group G { type internal; } } } } }', format='text')
        replaced = neighbors(dev, 'G')
        cu.rollback(0)
        return {'text': text, 'empty': empty, 'xml': xml, 'replaced': replaced, 'end': neighbors(dev, 'G')}


def commits():
    """A check and a commit refuse what is wrong and say where; what is right is not refused."""
    with device() as dev, Config(dev, mode='exclusive') as cu:
        right = cu.commit_check()
        cu.load('set groups MESHRR protocols bgp group G export NONE', format='set')
        check = error(CommitError, cu.commit_check)
        commit = error(CommitError, cu.commit)
        cu.rollback()
        return {'right': right, 'check': check, 'commit': commit, 'diff': cu.diff()}


def loads():
    """Loads that are wrong raise; so do warnings, unless they are ignored."""
    with device() as dev, Config(dev, mode='private') as cu:
        absent = 'delete groups MESHRR protocols bgp group G neighbor 10.42.0.77'
        return {
            'syntax': error(ConfigLoadError, lambda: cu.load('set protocols bgp grup G', format='set')),
            'text': error(ConfigLoadError, lambda: cu.load('protocols { bgp { group G { type internal } } }', format='text')),
            'value': error(ConfigLoadError, lambda: cu.load('set protocols bgp group G neighbor 10.42.0.256', format='set')),
            'absent': error(ConfigLoadError, lambda: cu.load(absent, format='set')),
            'ignored': cu.load(absent, format='set', ignore_warning='statement not found').tag,
        }


def locks():
    with device() as one, device() as two:
        first, second = Config(one), Config(two)
        out = {'first': first.lock()}
        out['second'] = error(LockError, second.lock)
        out['private'] = error(RpcError, lambda: Config(two, mode='private').__enter__())
        out['load'] = error(ConfigLoadError, lambda: second.load('set system host-name x', format='set'))
        out['unlock'] = first.unlock()
        out['again'] = error(UnlockError, first.unlock)
        second.load('set system host-name x', format='set')
        out['modified'] = error(LockError, first.lock)
        out['shared'] = error(RpcError, lambda: Config(one, mode='private').__enter__())
        second.rollback()
        with Config(one, mode='private'):
            out['edits'] = error(ConfigLoadError, lambda: second.load('set system host-name x', format='set'))
        out['free'] = first.lock() and first.unlock()
        return out


def copies():
    """Two private copies at once; both changes stay."""
    with device() as one, device() as two:
        with Config(one, mode='private') as first, Config(two, mode='private') as second:
            first.load('set groups MESHRR protocols bgp group G neighbor 10.42.1.1', format='set')
            second.load('set groups MESHRR protocols bgp group G neighbor 10.42.1.2', format='set')
            first.commit()
            second.commit()
            seen = neighbors(one, 'G')
        return {'seen': seen, 'end': neighbors(two, 'G')}


def lost():
    """A session that goes loses its private copy, and nothing else."""
    with device() as dev:
        with Config(dev, mode='private') as cu:
            cu.load('set groups MESHRR protocols bgp group G neighbor 10.42.9.9', format='set')
        return {'end': neighbors(dev, 'G')}


def secrets():
    with device() as dev:
        forms = []
        for _ in range(2):
            with Config(dev, mode='private') as cu:
                cu.load('set groups MESHRR protocols bgp group G neighbor 10.42.0.2 authentication-key abc', format='set')
                cu.commit()
            found = dev.rpc.get_config(options={'database': 'committed'})
            forms.append(found.findtext('.//authentication-key'))
        return {'encoded': [form[:3] for form in forms], 'differ': forms[0] != forms[1]}


def shows():
    with device() as dev:
        peers = dev.rpc.get_bgp_neighbor_information().findall('bgp-peer')
        summary = dev.rpc.get_bgp_summary_information()
        return {
            'peers': [[peer.findtext('peer-address'), peer.findtext('peer-group'), peer.findtext('peer-state')] for peer in peers],
            'down': summary.findtext('down-peer-count'),
            'set': dev.rpc.get_config(filter_xml='<apply-groups/>', options={'format': 'set', 'database': 'committed'}).text,
            'text': dev.rpc.get_config(filter_xml='<apply-groups/>', options={'format': 'text'}).text,
            'unknown': error(RpcError, dev.rpc.get_nothing_at_all),
        }


def main():
    out = {}
    for scenario in (facts, seed, formats, commits, loads, locks, copies, lost, secrets, shows):
        try:
            out[scenario.__name__] = scenario()
        except Exception:
            out[scenario.__name__] = {'failed': traceback.format_exc()}
    json.dump(out, sys.stdout)


main()
