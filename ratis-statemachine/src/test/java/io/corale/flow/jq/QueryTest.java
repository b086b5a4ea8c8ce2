package io.corale.flow.jq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static Query compiled(String text) throws ExpressionFailure {
    return Query.compile(text, new TreeSet<>(List.of("item", "input")));
  }

  private static JsonNode evaluated(String text, String input) throws Exception {
    SortedMap<String, JsonNode> variables = new TreeMap<>();
    variables.put("item", MAPPER.readTree("{\"n\":7}"));
    variables.put("input", MAPPER.readTree("\"in\""));
    return compiled(text).evaluate(MAPPER.readTree(input), variables, new Budget(() -> false));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`.a.b`                                   | `{\"a\":{\"b\":1}}` | `1`",
        "`.a[\"b\"]`                              | `{\"a\":{\"b\":1}}` | `1`",
        "`.\"a\".b`                               | `{\"a\":{\"b\":1}}` | `1`",
        "`.a.b.c`                                 | `{}`               | `null`",
        "`.[1]`                                   | `[1,2]`            | `2`",
        "`.[-1]`                                  | `[1,2]`            | `2`",
        "`[.[1:], .[:1], .[1:2]]`                 | `[1,2,3]`          | `[[2,3],[1],[2]]`",
        "`[.[] | . * 2]`                          | `[1,2]`            | `[2,4]`",
        "`map(select(. > 1))`                     | `[1,2,3]`          | `[2,3]`",
        "`.x // 5`                                | `{}`               | `5`",
        "`.a?.b`                                  | `{\"a\":{\"b\":2}}` | `2`",
        "`[.[]?]`                                 | `1`                | `[]`",
        "`.a?//1`                                 | `[]`               | `1`",
        "`1 + 2 * 3 - 4 / 2`                      | `null`             | `5`",
        "`-1 - -2`                                | `null`             | `1`",
        "`7 % 4 == 3 and (true or false)`         | `null`             | `true`",
        "`1 < 2 and 2 >= 2 and 1 != 2`            | `null`             | `true`",
        "`{a: 1, \"b\": 2, (\"c\"): 3, $item, d}` | `{\"d\":4}`        |"
            + " `{\"a\":1,\"b\":2,\"c\":3,\"item\":{\"n\":7},\"d\":4}`",
        "`{a: .x | length}`                       | `{\"x\":\"abc\"}`  | `{\"a\":3}`",
        "`{a: 1 + 2}`                             | `null`             | `{\"a\":3}`",
        "`{if: 1}.if`                             | `null`             | `1`",
        "`\"a\\(.x)b\\(1 + 1)\"`                  | `{\"x\":[1]}`      | `\"a[1]b2\"`",
        "`\"\\u0041\\n\"`                         | `null`             | `\"A\\n\"`",
        "`@base64`                                | `\"hi\"`           | `\"aGk=\"`",
        "`@uri \"q=\\(.)\"`                       | `\"a b\"`          | `\"q=a%20b\"`",
        "`@json`                                  | `[1]`              | `\"[1]\"`",
        "`. as $x | $x + 1`                       | `1`                | `2`",
        "`1 + . as $x | $x * 2`                   | `3`                | `7`",
        "`. as [$a, {b: $c}] | $a + $c`           | `[1,{\"b\":2}]`    | `3`",
        "`. as {$a, b: [$c]} | $a + $c`           | `{\"a\":1,\"b\":[2]}` | `3`",
        "`def f: . + 1; f | f`                    | `1`                | `3`",
        "`def f: 1; f + f`                        | `null`             | `2`",
        "`def f(g; $x): g + $x; f(. * 2; 3)`      | `2`                | `7`",
        "`[1 | def f: 2; f, f]`                   | `null`             | `[2,2]`",
        "`if . > 1 then \"big\" elif . == 1 then \"one\" else \"small\" end` | `1` | `\"one\"`",
        "`if . then 1 end`                        | `false`            | `false`",
        "`try error(\"x\") catch . + \"!\"`       | `null`             | `\"x!\"`",
        "`[.[] | try tonumber catch (-1)]`          | `[\"1\",\"a\"]`    | `[1,-1]`",
        "`reduce .[] as $x (0; . + $x)`           | `[1,2,3]`          | `6`",
        "`[foreach .[] as $x (0; . + $x)]`        | `[1,2,3]`          | `[1,3,6]`",
        "`[foreach .[] as $x (0; . + $x; [$x, .])]` | `[1,2]`          | `[[1,1],[2,3]]`",
        "`[label $out | .[] | if . > 2 then break $out else . end]` | `[1,2,3,1]` | `[1,2]`",
        "`[limit(2; range(10))]`                  | `null`             | `[0,1]`",
        "`[first(range(5)), last(range(5)), nth(2; range(5))]` | `null`| `[0,4,2]`",
        "`[.[] as $a | .[] as $b | $a * $b]`      | `[1,2]`            | `[1,2,2,4]`",
        "`to_entries`                             | `{\"a\":1}`        |"
            + " `[{\"key\":\"a\",\"value\":1}]`",
        "`with_entries(.value += 1)`              | `{\"a\":1}`        | `{\"a\":2}`",
        "`.a = 1 | .b |= . + 1 | .c += 2`         | `{\"b\":1}`        |"
            + " `{\"b\":2,\"a\":1,\"c\":2}`",
        "`.a //= 3 | del(.b)`                     | `{\"b\":1}`        | `{\"a\":3}`",
        "`[..]`                                   | `[[1]]`            | `[[[1]],[1],1]`",
        "`[paths]`                                | `{\"a\":[1]}`      | `[[\"a\"],[\"a\",0]]`",
        "`sort, unique | [.] | length`            | `[]`               | `more`",
        "`[sort, unique, min, max, add, length]`  | `[2,1,2]`          | `[[1,2,2],[1,2],1,2,5,3]`",
        "`group_by(.k) | map(length)`             | `[{\"k\":1},{\"k\":2},{\"k\":1}]` | `[2,1]`",
        "`any(. > 2), all(. > 0) | [.] | add`     | `[1,3]`            | `more`",
        "`[any(.[]; . > 2), all(.[]; . > 1), any, all]` | `[1,3]`      | `[true,false,true,true]`",
        "`flatten`                                | `[1,[2,[3]]]`      | `[1,2,3]`",
        "`flatten(1)`                             | `[1,[2,[3]]]`      | `[1,2,[3]]`",
        "`walk(if type == \"number\" then . + 1 else . end)` | `[1,{\"a\":2}]` | `[2,{\"a\":3}]`",
        "`transpose`                              | `[[1,2],[3]]`      | `[[1,3],[2,null]]`",
        "`[combinations]`                         | `[[1,2],[3]]`      | `[[1,3],[2,3]]`",
        "`ascii_downcase, ascii_upcase | .`       | `\"aB\"`           | `more`",
        "`[ascii_downcase, ascii_upcase]`         | `\"aB\"`           | `[\"ab\",\"AB\"]`",
        "`[startswith(\"a\"), ltrimstr(\"a\"), split(\"b\")]` | `\"abc\"` |"
            + " `[true,\"bc\",[\"a\",\"c\"]]`",
        "`join(\"-\")`                            | `[\"a\",\"b\"]`    | `\"a-b\"`",
        "`[until(. > 100; . * 2)]`                | `1`                | `[128]`",
        "`[while(. < 5; . + 2)]`                  | `0`                | `[0,2,4]`",
        "`[limit(3; repeat(. * 2))]`              | `1`                | `[1,2,4]`",
        "`[isempty(empty), isempty(1)]`           | `null`             | `[true,false]`",
        "`INDEX(.id) | keys`                      | `[{\"id\":1}]`     | `[\"1\"]`",
        "`IN(1, 2)`                               | `2`                | `true`",
        "`fromjson | tojson`                      | `\"[1]\"`          | `\"[1]\"`",
        "`[has(\"a\"), (keys | length), inside({a: 1, b: 2})]` | `{\"a\":1}` | `[true,1,true]`",
        "`# a comment\n. + 1 # another`           | `1`                | `2`",
        "`$item.n + ($input | length)`            | `null`             | `9`",
        "`12345678901234567890`                   | `null`             | `12345678901234567000`",
        "`.5 + 1.5e1`                             | `null`             | `15.5`",
        "`not`                                    | `null`             | `true`",
        "`[tostream]`                             | `{\"a\":[1]}`      |"
            + " `[[[\"a\",0],1],[[\"a\",0]],[[\"a\"]]]`",
        "`fromstream(tostream)`                   | `{\"a\":[1,{\"b\":2}]}` |"
            + " `{\"a\":[1,{\"b\":2}]}`",
        "`[1 | truncate_stream([[0], 1], [[1, 0], 2], [[1, 0]], [[1]])]` | `null` |"
            + " `[[[0],2],[[0]]]`",
        "`pick(.a.b, .c[1])`                      | `{\"a\":{\"b\":1},\"c\":[5,6]}` |"
            + " `{\"a\":{\"b\":1},\"c\":[null,6]}`",
        "`@base32`                                | `\"hello\"`        | `\"NBSWY3DP\"`",
        "`@base32d`                               | `\"NBSWY3DP\"`     | `\"hello\"`",
        "`[.[] | @base32 | @base32d]`             | `[\"a\",\"ab\",\"abcé\"]` |"
            + " `[\"a\",\"ab\",\"abcé\"]`",
        "`implode`                                | `[128512]`         | `\"😀\"`",
        "`join(\",\")`                            | `[\"a\",1,null,true]` | `\"a,1,,true\"`",
        "`[trim, ltrim, rtrim]`                   | `\" a \"`          | `[\"a\",\"a \",\" a\"]`",
        "`[.[] | abs], [skip(2; range(5))] | .`   | `[-1,2]`           | `more`",
        "`[.[] | abs] + [skip(3; range(5))]`      | `[-1,2]`           | `[1,2,3,4]`",
        "`[range(0; 10; 3), range(5; 0; -2)]`     | `null`             | `[0,3,6,9,5,3,1]`",
        "`until(. >= 10000; . + 1)`               | `0`                | `10000`",
        "`[path(..)]`                             | `[[1]]`            | `[[],[0],[0,0]]`",
        "`[path(first(repeat(.a)))]`              | `null`             | `[[]]`",
        "`[.[] | first(repeat(error(\"x\")))]`    | `[1]`              | `[1]`",
        "`[1 | try recurse(if . < 3 then . + 1, 9 elif . == 9 then error(\"x\") else empty end)"
            + " catch 0]` | `null` | `[1,2,3,9,0]`",
        "`[while(. < 3, . < 2; . + 1)]`           | `1`                | `[1,2,1,2]`",
        "`[until(. > 2; . + 1, . + 2)]`           | `1`                | `[3,4,3]`",
        "`.a[1:] = [9]`                           | `{\"a\":[1,2]}`    | `{\"a\":[1,9]}`",
        "`.[] += 1 | .[0] -= 5 | .[1] //= 3`      | `[1,2]`            | `[-3,3]`",
        "`. |= . + 1`                             | `1`                | `2`",
        "`map_values(. + 1) | del(.[0, 2])`       | `[1,2,3]`          | `[3]`",
        "`-.`                                     | `9007199254740993` | `-9007199254740993`",
        "`[.[] | if . == 2 then empty else . end]`| `[1,2,3]`          | `[1,3]`",
      })
  void speaksJq(String text, String input, String expected) throws Exception {
    if (expected.equals("more")) {
      assertThatThrownBy(() -> evaluated(text, input)).hasMessageContaining("exactly one");
      return;
    }
    JsonNode wanted = MAPPER.readTree(expected);
    JsonNode found = evaluated(text, input);
    if (wanted.isNumber()) {
      assertThat(found.doubleValue()).isEqualTo(wanted.doubleValue());
    } else {
      assertThat(MAPPER.readTree(MAPPER.writeValueAsString(found))).isEqualTo(wanted);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`.a +`                     | 4  | `its end where a value`",
        "`.a b`                     | 3  | `'b' where its end`",
        "`(.a`                      | 3  | `its end where ')'`",
        "`{a: }`                    | 4  | `'}' where a value`",
        "`\"abc`                    | 0  | `without its second quote`",
        "`.x | lenght`              | 5  | `unknown function 'lenght'`",
        "`.x | localtime`           | 5  | `'localtime', which is not supported`",
        "`halt`                     | 0  | `'halt', which is not supported`",
        "`env.HOME`                 | 0  | `'env', which is not supported`",
        "`$ENV.HOME`                | 0  | `'$ENV', which is not supported`",
        "`input`                    | 0  | `'input', which is not supported`",
        "`debug`                    | 0  | `'debug', which is not supported`",
        "`import \"a\" as a; 1`     | 0  | `'import', which is not supported`",
        "`[$workflow.id]`           | 1  | `the unknown variable '$workflow'`",
        "`$context`                 | 0  | `the unknown variable '$context'`",
        "`$itm`                     | 0  | `unknown variable '$itm'`",
        "`range`                    | 0  | `'range' with 0 arguments`",
        "`1 == 2 == 3`              | 9  | `'==' a second time`",
        "`1e999`                    | 5  | `too large`",
        "`break $out`               | 5  | `no label`",
        "`.a.`                      | 3  | `where a field`",
        "`if . then 1`              | 11 | `where 'end'`",
        "`@what`                    | 0  | `unknown format '@what'`",
        "`#`                        | 1  | `is empty`",
      })
  void saysWhereATextIsWrong(String text, int offset, String message) {
    var failure = catchThrowableOfType(ExpressionFailure.class, () -> compiled(text));
    assertThat(failure.reason()).contains(message);
    assertThat(failure.offset()).isEqualTo(offset);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "[range(1e9)]",
        "last(range(1e9))",
        "reduce range(1e9) as $x (0; 1)",
        "\"x\" * 100000000",
        "reduce range(100) as $i (\"x\"; . + .)",
        "reduce range(100) as $i ([1]; . + .)",
        "reduce range(100) as $i (1; [., .])",
        "[reduce range(60) as $i (1; [., .])] | . == .",
        "reduce range(60) as $i (1; {a: ., b: .}) | tojson",
        "reduce range(60) as $i (1; [., .]) | error",
        "def f: f; f",
        "def f: 1 + f; f",
        "def f($n): if $n == 0 then 0 else f($n - 1), f($n - 1) end; [f(100)]",
        "[range(1000)] | [.[] as $a | .[] as $b | .[] as $c | 1]",
        "[range(1000)] | [.[] + .[] + .[]]",
        "[range(300)] | [{a: .[], b: .[], c: .[]}]",
        "[range(300)] | [[.[], .[]] | .[] | [1, 2] | combinations(30)]",
        "[repeat(1)]",
        "repeat(1)",
        "[recurse(1)]",
        "until(false; .)",
        "last(while(true; .))",
        ".[1000000000] = 1",
        "[] | setpath([1000000000]; 1)",
        "null | .[100000].a[100000] = 1 | .[99999].a[100000] = 1",
        "\"a\" * 200000 | [., \"a\" * 100000 + \"b\"] | . as [$t, $p] | [$t | indices($p)]",
        "\"a\" * 200000 | split(\"\") | join(\"abc\" * 10000)",
        "[range(20000)] | . - .",
        "try ([range(1e9)] | length) catch 1",
        "[range(1e9)]? // 1",
        "[limit(100000; repeat(\"x\" * 100000))]",
        "[range(5000)] | reduce .[] as $x ([]; [.]) | tojson",
        "infinite",
        "nan",
      })
  void endsWhatWouldNotEnd(String text) {
    assertThatThrownBy(() -> evaluated(text, "null")).isInstanceOf(ExpressionFailure.class);
  }

  @Test
  void givesUpWhenItsTimeIsUp() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Budget budget = new Budget(() -> asked.incrementAndGet() > 1);

    assertThatThrownBy(
            () ->
                compiled("last(range(100000))")
                    .evaluate(MAPPER.readTree("null"), new TreeMap<>(), budget))
        .hasMessageContaining("takes longer than its evaluation may");
    assertThat(asked).hasValue(2);
  }

  @Test
  void doesNotCatchErrorsOfWhatComesAfter() {
    assertThatThrownBy(() -> evaluated("(try . catch 1) | error(\"later\")", "null"))
        .hasMessageContaining("later");
    assertThatThrownBy(() -> evaluated("(.[0]?, .a?) | error(\"later\")", "[]"))
        .hasMessageContaining("later");
  }

  @Test
  void oneQueryServesManyThreads() throws Exception {
    Query query =
        compiled("[limit(50; .[] | select(. % $item == 0) | [first(range(.; . + 2))][0])] | add");
    JsonNode input = MAPPER.readTree(IntStream.range(0, 200).boxed().toList().toString());
    SortedMap<String, JsonNode> variables = new TreeMap<>();
    variables.put("item", MAPPER.readTree("2"));
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<String>> tasks =
          Collections.nCopies(
              200, () -> query.evaluate(input, variables, new Budget(() -> false)).toString());
      for (Future<String> result : pool.invokeAll(tasks)) {
        assertThat(result.get()).isEqualTo("2450");
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void refusesLongTexts() {
    assertThatThrownBy(() -> compiled(".a" + " ".repeat(Query.MAX_TEXT_BYTES)))
        .hasMessageContaining("the limit is 4096");
    assertThatThrownBy(() -> compiled("(".repeat(2_000))).hasMessageContaining("nested");
    assertThatThrownBy(() -> compiled("-".repeat(4_000) + "1 +"))
        .isInstanceOf(ExpressionFailure.class);
  }

  @Test
  void knowsWhichVariablesItMentions() throws Exception {
    assertThat(compiled("$item.n").mentions("item")).isTrue();
    assertThat(compiled("\"$item\" + .item").mentions("item")).isFalse();
  }
}
