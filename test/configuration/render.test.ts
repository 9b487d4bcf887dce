import { ConfigurationError, renderTemplate } from '../../lib/configuration';
import { contextOf, GOLDEN_CASES, HASH } from '../../test-support/configuration-cases';

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
  ['{{ POD_IP', 'syntax error: unexpected end of input, expected end of variable block, line 1: {{ POD_IP'],
  ['a\n{% if POD_IP %}\nb\n', 'syntax error: unexpected end of input, expected end of block, line 2: {% if POD_IP %}'],
  ['a\n\n{% for %}{% endfor %}', 'syntax error: unexpected end of block, expected in, line 3: {% for %}{% endfor %}'],
  ['{{ POD_IP | ipaddr }}', 'unknown filter: filter ipaddr is unknown, line 1: {{ POD_IP | ipaddr }}'],
  ['\n{{ POD_IP is ip }}', 'unknown test: test ip is unknown, line 2: {{ POD_IP is ip }}'],
  ['{{ NO_SUCH.name }}', 'undefined value, line 1: {{ NO_SUCH.name }}'],
  ['{{ NO_SUCH() }}', 'unknown function: NO_SUCH is unknown, line 1: {{ NO_SUCH() }}'],
  ['{{ meshrr.families }}', 'a list or a mapping cannot be written as text: use join or a loop'],
  ['{{ NO_SUCH | int }}', 'the filter "int" cannot take an undefined value'],
  [
    '{{ POD_IP + 1 }}',
    'invalid operation: tried to use + operator on unsupported types string and number, line 1: {{ POD_IP + 1 }}',
  ],
  ['{% include "x" %}', 'template not found: tried to include non-existing template "x", line 1: {% include "x" %}'],
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
