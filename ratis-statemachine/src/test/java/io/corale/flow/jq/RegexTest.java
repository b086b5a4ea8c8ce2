package io.corale.flow.jq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Regular expressions as jq 1.6 and 1.7 have them, as far as RE2 does. */
class RegexTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static String evaluated(String text, String input) throws Exception {
    return Query.compile(text, new TreeSet<>())
        .evaluate(MAPPER.readTree(input), new TreeMap<>(), new Budget(() -> false))
        .toString();
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      textBlock =
"""
test("B")                                  ! "abc"        ! false
test("B"; "i")                             ! "abc"        ! true
test(["B", "i"])                           ! "abc"        ! true
test("a b # all"; "x")                     ! "ab"         ! true
test("a[ ]b"; "x")                         ! "a b"        ! true
test("a.b")                                ! "a\\nb"      ! false
test("a.b"; "s")                           ! "a\\nb"      ! false
test("a.b"; "p")                           ! "a\\nb"      ! true
test("^b")                                 ! "a\\nb"      ! false
[test("A", "B"; "i")]                      ! "xa"         ! [true,false]
[test("a", "b"; "", "i")]                  ! "B"          ! [false,false,false,true]
[match("a"; "g").offset]                   ! "abca"       ! [0,3]
match("ß") | [.offset, .length, .string]   ! "😀ß"        ! [1,1,"ß"]
match("(a)|(b)")                           ! "b"          ! {"offset":0,"length":1,"string":"b","captures":[{"offset":-1,"length":0,"string":null,"name":null},{"offset":0,"length":1,"string":"b","name":null}]}
match("(?<n>b)").captures[0].name          ! "ab"         ! "n"
[match("a*"; "g").string]                  ! "baab"       ! ["","aa","",""]
[match("a*"; "gn").string]                 ! "baab"       ! ["aa"]
[match(""; "g").offset]                    ! "😀b"        ! [0,1,2]
match("a|ab"; "l").string                  ! "ab"         ! "ab"
capture("(?<y>\\\\d+)-(?<m>\\\\d+)?")          ! "2020-"      ! {"y":"2020","m":null}
[capture("(?<c>[a-z])"; "g").c]            ! "ab"         ! ["a","b"]
[scan("c")]                                ! "abcabc"     ! ["c","c"]
[scan("(a)(b)")]                           ! "abab"       ! [["a","b"],["a","b"]]
[scan("B"; "i")]                           ! "abab"       ! ["b","b"]
split(", *"; null)                         ! "a, b,c"     ! ["a","b","c"]
split(", ")                                ! "a, b,c"     ! ["a","b,c"]
[splits(", *")]                            ! "a, b,c"     ! ["a","b","c"]
[splits("X"; "i")]                         ! "axb"        ! ["a","b"]
sub("(?<x>a)"; "<\\(.x)>")                 ! "aba"        ! "<a>ba"
sub("a"; "b"; "g")                         ! "aba"        ! "bbb"
gsub("(?<x>a)"; "<\\(.x)>")                ! "aba"        ! "<a>b<a>"
gsub("A"; "x"; "i")                        ! "aba"        ! "xbx"
gsub(""; "-")                              ! "a😀b"       ! "-a-😀-b-"
gsub("^.*$"; "x")                          ! "abc"        ! "x"
gsub("z"; "x")                             ! "abc"        ! "abc"
[gsub("p"; "a", "b")]                      ! "p"          ! ["a","b"]
[gsub("(?<a>.)"; "\\(.a|ascii_upcase)", "\\(.a|ascii_downcase)", "c")] ! "aB" ! ["AB","ab","cc"]
. as $p | "xay" | test($p)                 ! "a"          ! true
try test("(" + .) catch "bad"              ! "a"          ! "bad"
def test(f): f; test("(?=")                ! null         ! "(?="
""")
  void matches(String text, String input, String expected) throws Exception {
    assertThat(MAPPER.readTree(evaluated(text, input))).isEqualTo(MAPPER.readTree(expected));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      textBlock =
"""
`.a | test("(?=a)")`            ! 5 ! no lookaround
`test("(a)\\\\1")`                ! 0 ! no lookaround, back references
`test("a++")`                   ! 0 ! possessive
`test("(a{1000}){1000}")`       ! 0 ! more than 4000
`test("a{1000} {1000}"; "x")`   ! 0 ! more than 4000
`test("\\\\Qab\\\\E{1000}{1000}")`  ! 0 ! more than 4000
`test("[b-\\\\x{10fffe}]"; "i")`  ! 0 ! ignore case
`test("(?i)[b-\\\\x{10fffe}]")`   ! 0 ! ignore case
`test("a"; "gy")`               ! 0 ! `known are g, i, l, n, p, s, x`
`[1, test("[")]`                ! 4 ! missing closing ]
""")
  void literalsAreRefusedByTheCompiler(String text, int offset, String reason) {
    var failure =
        catchThrowableOfType(ExpressionFailure.class, () -> Query.compile(text, new TreeSet<>()));
    assertThat(failure.reason()).contains(reason);
    assertThat(failure.offset()).isEqualTo(offset);
  }

  @Test
  void aLiteralIsCompiledOnceAndADynamicOneIsPaidForEachTime() throws Exception {
    Budget fixed = new Budget(() -> false);
    Budget dynamic = new Budget(() -> false);

    String input = "[\"abc\", \"abd\"]";
    Query.compile("map(test(\"a.c\"))", new TreeSet<>())
        .evaluate(MAPPER.readTree(input), new TreeMap<>(), fixed);
    Query.compile("map(test(\"a.c\" | .))", new TreeSet<>())
        .evaluate(MAPPER.readTree(input), new TreeMap<>(), dynamic);

    assertThat(dynamic.spent() - fixed.spent()).isGreaterThan(2 * 64);
  }

  @Test
  void aSearchStopsInTheMiddleOfTheText() throws Exception {
    Query query = Query.compile("test(\"(x+x+)+y\")", new TreeSet<>());
    String text = "\"" + "x".repeat(Query.MAX_VALUE_BYTES - 100) + "\"";
    int[] asked = {0};
    Budget budget = new Budget(() -> ++asked[0] > 3);

    var failure =
        catchThrowableOfType(
            ExpressionFailure.class,
            () -> query.evaluate(MAPPER.readTree(text), new TreeMap<>(), budget));

    assertThat(failure.reason()).contains("takes longer than its evaluation may");
    assertThat(budget.spent()).isLessThan(10_000);
  }
}
