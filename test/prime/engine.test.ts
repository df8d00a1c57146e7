import { describe, expect, test } from 'vitest';
import { render } from '../../src/prime/engine.ts';

const DATA = {
  name: 'front',
  none: null,
  values: {},
  servers: [
    { name: 'a', weight: 3 },
    { name: 'b', weight: null },
  ],
};

const problem = (template: string) => {
  const answer = render({ template, data: DATA });
  if (!('problem' in answer)) throw new Error(`it was rendered: ${answer.text}`);
  return answer;
};

describe('a template', () => {
  test('knows for each line of the result which of its own began it', () => {
    const template = [
      'one',
      '{%- if none %}',
      'two',
      '{%- else %}',
      'three {{ name }}',
      'four',
      '{%- endif %}',
      '{% for server in servers %}',
      '  server {{ server.name }}',
      '  {%- if server.weight %} weight {{ server.weight }}{% endif %}',
      '{%- endfor %}',
      '{% capture word %}x{% endcapture %}',
      'last {{ word }}',
    ].join('\n');
    const answer = render({ template, data: DATA });
    if ('problem' in answer) throw new Error(answer.problem);
    const told = answer.text.split('\n').map((line, at) => `${answer.lines[at]} ${line}`);
    expect(told.filter((line) => !/^\d+ $/.test(line))).toEqual([
      '1 one',
      '5 three front',
      '6 four',
      '9   server a weight 3',
      '9   server b',
      '13 last x',
    ]);
    expect(answer.lines).toHaveLength(told.length);
  });

  test('has a filter that makes one word of any text', () => {
    const render1 = (value: string) => render({ template: '{{ v | haproxy }}', data: { v: value } });
    expect(render1('/etc/ssl/ca.pem')).toMatchObject({ text: '/etc/ssl/ca.pem' });
    expect(render1('a "b" $c \\ d')).toMatchObject({ text: '"a \\"b\\" \\$c \\\\ d"' });
  });
});

describe('a mistake in a template is reported with its line:', () => {
  test.each([
    ['a variable that is not there', '\n{{ nam }}', 2, 'undefined variable: nam'],
    ['a key that is not there', '\n\n{{ values.port }}', 3, 'undefined variable: values.port'],
    ['inside of a loop', '{% for s in servers %}\n{{ s.prot }}{% endfor %}', 2, 'undefined variable: s.prot'],
    ['a filter that is not there', '{{ name | upper }}', 1, 'undefined filter: upper'],
    ['a tag that is not closed', 'x\n{% if name %}', 2, 'tag {% if name %} not closed'],
    ['a tag that is not there', '{% fro %}', 1, 'tag "fro" not found'],
    ['another file', 'x\n{% include "/etc/passwd" %}', 2, 'a template cannot include other files'],
    ['another file, rendered', 'x\n{% render "other" %}', 2, 'a template cannot include other files'],
  ])('%s', (_, template, line, message) => {
    expect(problem(template)).toEqual({ line, problem: message });
  });

  test('what is only asked for need not be there', () => {
    const template = '{% if values.port %}x{% endif %}{{ values.port | default: 80 }}';
    expect(render({ template, data: DATA })).toMatchObject({ text: '80' });
  });

  test('nothing but what it is given can be reached', () => {
    for (const name of ['name.constructor', 'servers.__proto__', 'values.toString']) {
      expect(problem(`{{ ${name} }}`).problem).toBe(`undefined variable: ${name}`);
    }
  });
});
