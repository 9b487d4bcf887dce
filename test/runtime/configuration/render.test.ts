import { ConfigurationError, renderTemplate } from '../../../crpd-image/runtime/configuration/render';
import { contextOf, GOLDEN_CASES, HASH } from '../../../test-support/configuration-cases';

const context = contextOf(GOLDEN_CASES[0], 'crpd');
const rendered = (text: string) => renderTemplate({ path: '/root/juniper.conf.j2', text }, context);
const reasonOf = (text: string): string => {
  try {
    rendered(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  throw new Error('it was rendered');
};

test('a template sees the settings as text under the names of their variables', () => {
  expect(rendered('{{ POD_IP }} {{ AUTONOMOUS_SYSTEM }} {{ MESHRR_MODE }} {{ MESHRR_ASRANGE }}')).toBe(
    '10.42.1.7 64512 routereflector 65001-65500\n',
  );
  expect(rendered('{% if MESHRR_FAMILY_INET == "true" and MESHRR_FAMILY_EVPN != "true" %}v4{% endif %}')).toBe('v4\n');
  expect(rendered('{% if UPSTREAM_SERVICE_NAME is defined and UPSTREAM_SERVICE_NAME is none %}none{% endif %}')).toBe(
    'none\n',
  );
});

test.each([
  ['{{ POD_IP', 'a tag or a block is not closed'],
  ['a\n{% if POD_IP %}\nb\n', 'a tag or a block is not closed, near line 2'],
  ['a\n\n{% for %}{% endfor %}', 'Unexpected token: CloseStatement, near line 3'],
  ['{{ POD_IP | ipaddr }}', 'the filter "ipaddr" is not supported'],
  ['{{ POD_IP is divisibleby }}', 'the test "divisibleby" is not supported'],
  ['{{ NO_SUCH.name }}', 'NO_SUCH is undefined'],
  ['{{ NO_SUCH() }}', 'NO_SUCH is no function'],
  ['{{ meshrr.families }}', 'a list or a mapping is written as a whole: use join, or a loop'],
  ['{{ POD_IP + 1 }}', '"+" cannot join text and integer'],
  ['{% include "x" %}', 'Unknown statement type: include, near line 1'],
  [' \n{# nothing #}\n', 'the template renders nothing'],
  ['', 'the template renders nothing'],
])('a template that does not render is named, with the reason: %j', (text, reason) => {
  expect(reasonOf(text)).toBe(`/root/juniper.conf.j2: ${reason}`);
});

test('the reason is one line and does not show the hash of the password', () => {
  const reason = reasonOf('{{ meshrr[ENCRYPTED_ROOT_PW]["a\nb"] }}{{ {ENCRYPTED_ROOT_PW: 1}[1] }}');
  expect(reason).not.toMatch(/\n/);
  expect(reason).not.toContain(HASH);
});
