package io.corale.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.wire.Common;
import io.corale.wire.Decode;
import io.corale.wire.Encode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TermsTest {
  private static Terms weighing(SortedMap<String, Integer> weights) {
    return new Terms(1, 1, 1, 1, 0, weights);
  }

  private static SortedMap<String, Integer> weight(String caller, int weight) {
    return new TreeMap<>(Map.of(caller, weight));
  }

  @Test
  void whoIsNotNamedHasTheWeightOfOne() {
    Terms terms = weighing(weight("ada", 7));

    assertThat(terms.weight("ada")).isEqualTo(7);
    assertThat(terms.weight("bob")).isEqualTo(1);
  }

  @Test
  void namesTheLimitThatIsOutOfItsBounds() {
    assertThatThrownBy(() -> new Terms(1, 0, 1, 1, 0, new TreeMap<>()))
        .hasMessage("max queued must be from 1 to 1000000, was 0");
    assertThatThrownBy(() -> new Terms(1, 1, -1, 1, 0, new TreeMap<>()))
        .hasMessage("max queued bytes must be from 1 to 268435456, was -1");
    assertThatThrownBy(() -> new Terms(1, 1, 1, 100_001, 0, new TreeMap<>()))
        .hasMessage("max live must be from 1 to 100000, was 100001");
    assertThatThrownBy(() -> new Terms(1, 1, 1, 1, -1, new TreeMap<>()))
        .hasMessage("submits per second must be from 0 to 1000000, was -1");
    assertThatThrownBy(() -> new Terms(-1, 1, 1, 1, 0, new TreeMap<>()))
        .hasMessageStartingWith("version must be from 0");
  }

  @Test
  void namesTheCallerWhoseWeightIsOutOfItsBounds() {
    assertThatThrownBy(() -> weighing(weight("ada", 101)))
        .hasMessage("weight of 'ada' must be from 1 to 100, was 101");
    assertThatThrownBy(() -> weighing(weight("", 1)))
        .hasMessage("characters of a caller with a weight must be from 1 to 128, was 0");
  }

  @Test
  void hasNoMoreWeightsThanAnEntryHolds() {
    SortedMap<String, Integer> many = new TreeMap<>();
    for (int i = 0; i <= Terms.MOST_WEIGHTS; i++) {
      many.put("caller" + i, 2);
    }

    assertThatThrownBy(() -> weighing(many))
        .hasMessage("at most 400 callers have weights, got 401");
  }

  @Test
  void comesBackFromTheWireAsItWas() {
    Terms terms = new Terms(3, 7, 9, 11, 13, weight("ada", 100));

    assertThat(Decode.terms(Encode.terms(terms))).isEqualTo(terms);
    assertThat(Decode.terms(Encode.terms(Terms.STANDARD))).isEqualTo(Terms.STANDARD);
  }

  @Test
  void isRefusedByNameWhereTheWireHasNothing() {
    assertThatThrownBy(() -> Decode.terms(Common.Terms.getDefaultInstance()))
        .hasMessage("terms: max queued must be from 1 to 1000000, was 0");
  }

  /** Replicas compare what they write: the order of callers on the wire is theirs by name. */
  @Test
  void writesWeightsInTheOrderOfTheirCallers() {
    SortedMap<String, Integer> weights = new TreeMap<>(Map.of("eve", 1, "bob", 2, "ada", 3));

    assertThat(Encode.terms(weighing(weights)).getWeightsList())
        .extracting(Common.Terms.Weight::getCaller)
        .containsExactly("ada", "bob", "eve");
  }

  @Test
  void refusesTwoWeightsOfOneCaller() {
    Common.Terms.Weight ada =
        Common.Terms.Weight.newBuilder().setCaller("ada").setWeight(2).build();
    Common.Terms terms =
        Encode.terms(Terms.STANDARD).toBuilder().addWeights(ada).addWeights(ada).build();

    assertThatThrownBy(() -> Decode.terms(terms))
        .hasMessageContaining("caller 'ada' must have one weight, got two");
  }
}
