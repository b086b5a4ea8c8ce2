package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a composition without calls makes of its input, construct by construct. */
class DataFlowTest {
  private static final String HEAD =
      "document: {dsl: '1.0.3', namespace: test, name: flow, version: 1.0.0}\n";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
"""
set replaces the data       | `do: [{a: {set: {shape: circle, size: '${ .configuration.size }'}}}]`     | `{"configuration":{"size":3}}` | `{"shape":"circle","size":3}`
set may be one expression   | `do: [{a: {set: '${ .x + 1 }'}}]`                                         | `{"x":1}`  | `2`
set keeps null              | `do: [{a: {set: {x: null, y: '${ .nothing }'}}}]`                         | `{}`       | `{"x":null,"y":null}`
tasks hand on               | `do: [{a: {set: {x: 1}}}, {b: {set: {y: '${ .x + 1 }'}}}]`                | `{}`       | `{"y":2}`
do nests                    | `do: [{a: {do: [{b: {set: {x: 1}}}, {c: {set: '${ .x }'}}]}}]`            | `{}`       | `1`
input.from narrows          | `do: [{a: {input: {from: .user}, set: {n: '${ .name }'}}}]`               | `{"user":{"name":"io"}}` | `{"n":"io"}`
input.from takes an object  | `do: [{a: {input: {from: {n: '${ .x }'}}, set: '${ . }'}}]`               | `{"x":7}`  | `{"n":7}`
output.as makes the output  | `do: [{a: {set: {x: 2}, output: {as: .x}}}]`                              | `{}`       | `2`
output.as sees $input       | `do: [{a: {input: {from: .in}, set: {x: 2}, output: {as: '${ {x, was: $input} }'}}}]` | `{"in":5}` | `{"x":2,"was":5}`
whole input.from            | `{input: {from: .a}, do: [{a: {set: '${ . }'}}]}`                         | `{"a":1}`  | `1`
whole output.as             | `{output: {as: '${ {it: ., from: $input} }'}, do: [{a: {set: {x: 1}}}]}`  | `9`        | `{"it":{"x":1},"from":9}`
if skips and passes raw     | `do: [{a: {if: '.x > 5', input: {from: .x}, set: {y: 1}}}]`               | `{"x":1}`  | `{"x":1}`
if runs                     | `do: [{a: {if: '${ .x > 5 }', set: {y: 1}}}]`                             | `{"x":6}`  | `{"y":1}`
a skipped task has no then  | `do: [{a: {if: .stop, set: {y: 1}, then: end}}, {b: {set: {z: 1}}}]`      | `{}`       | `{"z":1}`
if sees raw input           | `do: [{a: {input: {from: .x}, if: '.x == 1', set: {y: '${ . }'}}}]`       | `{"x":1}`  | `{"y":1}`
if is before the schema     | `do: [{a: {if: .x, input: {schema: {document: {type: string}}}, set: {y: 1}}}]` | `{}` | `{}`
null is not true            | `do: [{a: {if: .nothing, set: {y: 1}}}]`                                  | `{}`       | `{}`
switch takes the first      | `do: [{s: {switch: [{a: {when: .x > 1, then: one}}, {b: {when: .x > 0, then: two}}]}}, {zero: {set: {v: 0}, then: end}}, {one: {set: {v: 1}, then: end}}, {two: {set: {v: 2}}}]` | `{"x":2}` | `{"v":1}`
switch goes on to the second| `do: [{s: {switch: [{a: {when: .x > 1, then: one}}, {b: {when: .x > 0, then: two}}]}}, {zero: {set: {v: 0}, then: end}}, {one: {set: {v: 1}, then: end}}, {two: {set: {v: 2}}}]` | `{"x":1}` | `{"v":2}`
switch without a match      | `do: [{s: {switch: [{a: {when: .x > 1, then: one}}]}}, {zero: {set: {v: 0}, then: end}}, {one: {set: {v: 1}}}]` | `{"x":0}` | `{"v":0}`
switch: implicit default    | `do: [{s: {switch: [{a: {when: .x > 1, then: one}}], then: end}}, {one: {set: {v: 1}}}]` | `{"x":0}` | `{"x":0}`
switch default case         | `do: [{s: {switch: [{a: {when: .x > 1, then: end}}, {d: {then: one}}]}}, {one: {set: {v: 1}}}]` | `{"x":0}` | `{"v":1}`
then: end ends all          | `do: [{a: {do: [{b: {if: 'true', set: {x: 1}, then: end}}, {c: {set: {x: 2}}}]}}, {d: {set: {x: 3}}}]` | `{}` | `{"x":1}`
then: exit leaves the list  | `do: [{a: {do: [{b: {if: 'true', set: {x: 1}, then: exit}}, {c: {set: {x: 2}}}]}}, {d: {set: {y: '${ .x }'}}}]` | `{}` | `{"y":1}`
then: name jumps            | `do: [{a: {set: {x: 1}, then: c}}, {c: {set: {y: '${ .x }'}}}]`           | `{}`       | `{"y":1}`
then: name jumps back       | `do: [{a: {set: {x: '${ .x + 1 }'}}}, {s: {switch: [{more: {when: .x < 3, then: a}}]}}]` | `{"x":0}` | `{"x":3}`
for folds                   | `do: [{f: {for: {each: color, in: .colors}, do: [{m: {set: {done: '${ (.done // []) + [$color, $index] }'}}}]}}]` | `{"colors":["red","blue"]}` | `{"done":["red",0,"blue",1]}`
for names its variables     | `do: [{f: {for: {each: c, in: .l, at: i}, do: [{m: {set: {s: '${ (.s // 0) + $c * $i }'}}}]}}]` | `{"l":[5,6,7]}` | `{"s":20}`
for over nothing            | `do: [{f: {for: {in: .l}, do: [{m: {set: {s: 1}}}]}}]`                    | `{"l":[]}` | `{"l":[]}`
for over a written list     | `do: [{f: {for: {in: [1, '${ .x }']}, do: [{m: {set: {x: '${ .x + $item }'}}}]}}]` | `{"x":2}` | `{"x":5}`
for nests                   | `do: [{f: {for: {each: a, in: .l}, do: [{g: {for: {each: b, in: '[1,2]'}, do: [{m: {set: {l: '${ .l }', s: '${ (.s // []) + [$a * $b] }'}}}]}}], output: {as: .s}}}]` | `{"l":[1,10]}` | `[1,2,10,20]`
exit in a for ends a round  | `do: [{f: {for: {in: .l}, do: [{m: {set: {l: 0, s: '${ .s + [$item] }'}}}, {e: {switch: [{stop: {when: $item == 2, then: exit}}]}}, {n: {set: {s: '${ .s + [0] }'}}}]}}]` | `{"l":[1,2,3]}` | `{"s":[1,0,2,3,0]}`
fork joins in order         | `do: [{f: {fork: {branches: [{r: {set: {c: '${ .x + 1 }'}}}, {g: {set: '${ .x }'}}]}}}]` | `{"x":1}` | `[{"c":2},1]`
fork hands on               | `do: [{f: {fork: {branches: [{r: {set: '${ 1 }'}}, {g: {do: [{h: {set: '${ 2 }', then: exit}}]}}]}, output: {as: add}}}, {n: {set: {sum: '${ . }'}}}]` | `{}` | `{"sum":3}`
data is never evaluated     | `do: [{a: {set: {x: '${ .text }'}}}, {b: {set: {y: '${ .x }'}}}]`         | `{"text":"${ 1 + 1 }"}` | `{"y":"${ 1 + 1 }"}`
""")
  void makesOfItsInput(String promise, String source, String input, String expected) {
    String body = source.startsWith("{") ? source.substring(1, source.length() - 1) : source;
    String document = "{" + HEAD.strip() + ", " + body + "}";
    assertThat(Stage.echoing(Stage.compiled(document)).play(input).outputJson())
        .isEqualTo(expected);
  }
}
