package io.corale.flow.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.corale.flow.regex.LinearPattern.Mode;
import io.corale.flow.regex.LinearPattern.Unusable;
import io.corale.sim.Seeds;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An expression is measured as RE2/J reads it. The timeout stands for "ever": what slips through
 * the measure takes minutes or all memory.
 */
@Timeout(20)
class LinearPatternTest {
  /** The instructions of any program: one that fails and one that matches. */
  private static final int OF_EVERY_PROGRAM = 2;

  private static String refusal(String source, Mode... modes) {
    EnumSet<Mode> all = EnumSet.noneOf(Mode.class);
    all.addAll(List.of(modes));
    return catchThrowableOfType(Unusable.class, () -> LinearPattern.compile(source, all)).why();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{1000}){1000}",
        "((a{10,}){1000}){1000}",
        "(((a{99}){99}){99}){99}",
        "([ab]{1000}[cd]{1000}){1000}",
        "(?:x{100}|y{100}){100}",
        "(?:x{1000}|){1000}",
        "(?:a{0,999}){9}",
        "a{1000}(?i){1000}",
        "a{1000}(?s-i){1000}",
        "a{1000}\\Q\\E{1000}",
        "(?P<n>a{1000}){1000}",
        "(?<n>a{1000}){1000}",
        "(?i:a{1000}){1000}",
        "(\\Q)\\Ea{1000}){1000}",
        "(\\)a{1000}){1000}",
        "([)]a{1000}){1000}",
        "([])]a{1000}){1000}",
        "([^])]a{1000}){1000}",
        "([[:alpha:])]a{1000}){1000}",
        "([\\])]a{1000}){1000}",
        "([\\p{L})]a{1000}){1000}",
        "(a{1000}[(]){1000}",
        "(a{1000}[](]){1000}",
        "(a{1000}[^](]){1000}",
        "(a{1000}[[:alpha:](]){1000}",
        "(a{1000}[\\](]){1000}",
        "(a{1000}\\(){1000}",
        "(a{1000}\\Q(\\E){1000}",
        "(\\p{L}{1000}){1000}",
        "(\\pL{1000}){1000}",
        "(\\x{61}{1000}){1000}",
        "({a{1000}){1000}",
        "({,1}a{1000}){1000}"
      })
  void expressionsDoNotGrow(String source) {
    assertThat(refusal(source)).contains("more than " + LinearPattern.MAX_SIZE + " instructions");
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      textBlock =
"""
``               !   1
abc              !   3
😀{3}            !   3
^a.$             !   4
(a)              !   3
(?P<n>a)(?<m>b)  !   6
(?:ab){3}        !   6
(?i:ab)          !   2
ab{2,}           !   4
ab{1,}           !   3
ab{2,4}?         !   7
ab+?c?           !   5
(ab){0}          !   1
(cd|ef)          !   7
(?:cd|)          !   4
ab{01}           !   6
ab{,2}           !   6
ab{2             !   4
ab{2,3,4}        !   9
[a-c]{3}         !   3
[]a]{3}          !   3
[^]a]{3}         !   3
[[:alpha:]]{3}   !   3
[a[]{3}          !   3
[]\\]]{3}        !   3
[\\p{L}]{3}      !   3
\\Qab{2}\\E{3}   !   7
ab\\Q\\E{3}      !   4
ab\\Q{3}         !   5
a{2}(?i){3}      !   6
\\p{L}{3}        !   3
\\pL{3}          !   3
\\x61{3}         !   3
\\x{1f600}{3}    !   3
\\12{3}          !   3
\\d{3}           !   3
\\{{3}           !   3
\\b              !   1
""")
  void expressionsAreMeasuredAsTheyAreCompiled(String source, int size) throws Exception {
    String text = source.replace("\\\\", "\\");

    assertThat(Measure.of(text, false).size()).isEqualTo(size);
    assertThat(LinearPattern.compile(text).size()).isEqualTo(size + OF_EVERY_PROGRAM);
  }

  @Seeds(20)
  void expressionsNeverBecomeLongerThanTheyAreMeasured(long seed) {
    SplittableRandom chance = new SplittableRandom(seed);
    List<String> tokens =
        List.of(
            "a",
            "b",
            "(",
            "(",
            "(?:",
            "(?i)",
            "(?i:",
            "(?s-i)",
            "(?<n>",
            ")",
            ")",
            ")",
            "[b)]",
            "[^](]",
            "[[:alpha:])]",
            "[a[]",
            "[a-\\x{7a}(]",
            "\\(",
            "\\Q)(\\E",
            "\\Q\\E",
            "\\pL",
            "\\P{Greek}",
            "\\12",
            "^",
            "|",
            "|",
            "*",
            "?",
            "+",
            "{",
            " ");
    int compiled = 0;
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = chance.nextInt(12); j >= 0; j--) {
        text.append(tokens.get(chance.nextInt(tokens.size())));
        if (chance.nextInt(3) == 0) {
          text.append('{').append(chance.nextInt(9)).append(chance.nextBoolean() ? "}" : ",9}");
        }
      }
      String source = text.toString();
      try {
        LinearPattern pattern = LinearPattern.compile(source);
        compiled++;
        assertThat((long) pattern.size())
            .as(source)
            .isLessThanOrEqualTo(Measure.of(source, false).size() + OF_EVERY_PROGRAM);
      } catch (Unusable e) {
        assertThat(e.why()).as(source).isNotBlank();
      }
    }
    assertThat(compiled).isGreaterThan(200);
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @CsvSource(
      delimiter = '!',
      textBlock =
"""
[a-c]                  !  0
(?i)[a-cx]             !  4
(?i)[^a-c]             !  3
(?i)[\\x61-\\x{63}]    !  3
(?i)[\\x{0000000061}-c] ! 3
(?i)[\\0-\\077]        ! 64
(?i)[\\t-\\r]          !  5
(?i)[a-]               !  2
(?i)[--a]              ! 53
(?i)[]-a]              !  5
(?i)[\\[-a]            !  7
(?is)[a-c]             !  3
(?s-i)[a-c]            !  0
(?i-s)[a-c]            !  3
(?i:x)[a-c]            !  0
(?i:[a-c])[a-c]        !  3
((?i)x)[a-c]           !  0
x|(?i)y|[a-c]          !  3
(?i)(?-i)[a-c]         !  0
[(?i)][a-c]            !  0
\\Q(?i)\\E[a-c]        !  0
\\pL[\\p{Lu}\\PN]      ! 768
""")
  void charactersAreListedWhereCaseIsIgnored(String source, long listed) throws Exception {
    String text = source.replace("\\\\", "\\");

    assertThat(Measure.of(text, false).listed()).isEqualTo(listed);
    LinearPattern.compile(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i)[b-\\x{10fffe}]",
        "(?i)[\\x00-\\x{10fffe}]",
        "(?si:[b-\u9fff])",
        "(?i)[a-\u0900][a-\u0900][a-\u0900][a-\u0900]",
        "\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL"
            + "[\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL]"
      })
  void expressionsDoNotListTooMuch(String source) {
    assertThat(refusal(source)).contains("more than " + LinearPattern.MAX_LISTED + " characters");
  }

  /** RE2/J 1.8 would go on for ever. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i)\u1c80",
        "(?i)[\u1c88]",
        "(?i)[a\u1c70-\u1c90]",
        "(?i:\\x{1c84})",
        "(?i)\\Qa\u1c85b\\E"
      })
  void charactersThatNeverFoldAreRefused(String source) {
    assertThat(refusal(source)).contains("never finds");
  }

  @Test
  void allOtherCharactersFold() throws Exception {
    int refused = 0;
    for (int character = 0x80; character <= Character.MAX_CODE_POINT; character++) {
      String each = Character.toString(character);
      if (Measure.of(each, true).folds()) {
        assertThat(LinearPattern.compile("(?i)" + each).isIn(each)).isTrue();
      } else {
        refused++;
      }
    }
    assertThat(refused).isBetween(9, 99);
    assertThat(LinearPattern.compile("[\u1c80-\u1c88](?-i)\u1c80").isIn("\u1c81\u1c80")).isTrue();
    assertThat(LinearPattern.compile("(?i)\\W[^\\w]\\D\\S").isIn("- -a")).isTrue();
  }

  @Test
  void modesAreMeasuredToo() throws Exception {
    assertThat(refusal("[b-\\x{10fffe}]", Mode.IGNORES_CASE)).contains("ignore case");
    assertThat(LinearPattern.compile("[b-\\x{10fffe}]").isIn("c")).isTrue();
    assertThat(refusal("\u1c80", Mode.IGNORES_CASE)).contains("never finds");
    assertThat(refusal("(a{1000}) # all\n {1000}", Mode.EXTENDED)).contains("instructions");
    assertThat(refusal("(a{1000}) (? i ) {1000}", Mode.EXTENDED)).contains("instructions");
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      textBlock =
"""
`a b # all`          ! `ab`
`a # (\nb`           ! `ab`
`a[ #]\\ \\#b`       ! `a[ #]\\ \\#b`
`[] #] [[:digit:] #]`! `[] #][[:digit:] #]`
`\\Q a # \\E b`      ! `\\Q a # \\Eb`
`a \\Q # `           ! `a\\Q # `
`a {2}`              ! `a{2}`
""")
  void extendedExpressionsLoseSpacesAndComments(String source, String plain) throws Exception {
    String text = source.replace("\\n", "\n");

    assertThat(LinearPattern.compile(text, EnumSet.of(Mode.EXTENDED))).hasToString(plain);
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      textBlock =
"""
(           ! `is not in RE2's language: missing closing ): `````````
a(?=b)      ! lookaround
(a)\\\\1    ! back references
a++         ! possessive
a{1001}     ! invalid repeat count
a{2}{2}     ! invalid nested repetition
`\\\\`      ! trailing backslash
""")
  void complaintsSayWhatIsMissed(String source, String complaint) {
    assertThat(refusal(source.replace("\\\\", "\\"))).contains(complaint.replace("`", ""));
  }

  @Test
  void complaintsAreShort() {
    assertThat(refusal("(" + "😀".repeat(400))).hasSizeLessThan(200).contains("😀...");
    assertThat(refusal("a".repeat(1_001)))
        .isEqualTo("has 1001 characters, the limit is " + LinearPattern.MAX_CHARS);
  }

  @Test
  void groupsHaveNumbersAndNames() throws Exception {
    LinearPattern pattern = LinearPattern.compile("(a)(?:b)(?<y>c)(?P<x>d)\\(");

    assertThat(pattern.groups()).isEqualTo(3);
    assertThat(pattern.names().toString()).isEqualTo("{2=y, 3=x}");
  }

  @Test
  void aSearchCostsTheTextTimesTheSize() throws Exception {
    LinearPattern pattern = LinearPattern.compile("(?i)a{10}[b-d]");

    assertThat(pattern.cost("")).isEqualTo(13);
    assertThat(pattern.cost("abcd")).isEqualTo(65);
    assertThat(pattern.costOfCompiling()).isEqualTo(13 + 3);
  }
}
