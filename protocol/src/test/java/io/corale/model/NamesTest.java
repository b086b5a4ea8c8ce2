package io.corale.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern COMPOSITION =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
  private static final Pattern DERIVED =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}(~[a-z0-9]{1,20}){1,18}");

  /** Characters of names, their neighbours in ASCII, and some of which a name has nothing. */
  private static final String ALPHABET = "aazZ09--..__::~~~@/`{[^;, \n\u00e9\u0663";

  private static final String NAMELY = "az09";

  /** The expressions by which the grammar is written down are the judge. */
  @Test
  void takesWhatTheGrammarSays() {
    Long one = Long.getLong("seed");
    LongStream seeds = one == null ? LongStream.rangeClosed(1, 3_000) : LongStream.of(one);
    seeds.forEach(
        seed -> {
          RandomGenerator chance = chance(seed);
          for (int i = 0; i < 20; i++) {
            judge("seed " + seed, random(chance));
          }
        });
  }

  /** SplitMix64 (Steele, Lea and Flood, 2014): this package draws no chance of its own. */
  private static RandomGenerator chance(long seed) {
    long[] state = {seed};
    return () -> {
      state[0] += 0x9e3779b97f4a7c15L;
      long mixed = (state[0] ^ (state[0] >>> 30)) * 0xbf58476d1ce4e5b9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
      return mixed ^ (mixed >>> 31);
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 20, 21, 63, 64, 127, 128, 129, 255, 256, 257})
  void boundsWhatIsLong(int length) {
    judge("a".repeat(length));
    judge("a".repeat(Math.min(length, 128)) + "~1".repeat(length / 14 + 1));
    judge("a~" + "1".repeat(length));
    judge("a".repeat(length) + "~1");
    judge("a" + "~1".repeat(length));
    judge("a" + "~12345678901234567890".repeat(length / 20));
    judge("");
    judge("~");
  }

  /** With all else in order: one more is refused for that alone. */
  @Test
  void boundsWhatACellAdds() {
    String almost = "a".repeat(128) + "~12345678901234567890".repeat(6);
    judge(almost + "~1");
    judge(almost + "~12");
    for (int added = 17; added <= 19; added++) {
      judge("a" + "~1".repeat(added));
    }
    judge("a~\ud83d\ude00");
    assertThat(takes(almost + "~1", n -> Names.tokenOrDerived("x", n))).isTrue();
    assertThat(takes(almost + "~12", n -> Names.tokenOrDerived("x", n))).isFalse();
  }

  private static void judge(String name) {
    judge("by hand", name);
  }

  private static void judge(String from, String name) {
    boolean isToken = TOKEN.matcher(name).matches();
    boolean isDerived = DERIVED.matcher(name).matches() && name.length() <= 256;

    assertThat(takes(name, n -> Names.label("x", n)))
        .as("%s: label %s", from, name)
        .isEqualTo(LABEL.matcher(name).matches());
    assertThat(takes(name, Names::composition))
        .as("%s: composition %s", from, name)
        .isEqualTo(COMPOSITION.matcher(name).matches());
    assertThat(takes(name, n -> Names.token("x", n)))
        .as("%s: token %s", from, name)
        .isEqualTo(isToken);
    assertThat(takes(name, n -> Names.tokenOrDerived("x", n)))
        .as("%s: derived %s", from, name)
        .isEqualTo(isToken || isDerived);
  }

  private static boolean takes(String name, Consumer<String> grammar) {
    try {
      grammar.accept(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Mostly of few parts that are in order, as most random texts are refused at once. */
  private static String random(RandomGenerator chance) {
    StringBuilder name = new StringBuilder();
    int parts = chance.nextInt(chance.nextBoolean() ? 4 : 22);
    for (int i = 0; i <= parts; i++) {
      name.append(i == 0 ? "" : "~");
      int length = chance.nextInt(i == 0 ? 8 : 23);
      for (int j = 0; j < length; j++) {
        String of = chance.nextInt(40) == 0 ? ALPHABET : NAMELY;
        name.append(of.charAt(chance.nextInt(of.length())));
      }
    }
    if (chance.nextInt(3) == 0 && !name.isEmpty()) {
      name.setCharAt(
          chance.nextInt(name.length()), ALPHABET.charAt(chance.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }
}
