package io.corale.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Terms;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an owner agrees to, on the wire. */
class TermsTest {
  private static SortedMap<String, Integer> weights(String... callers) {
    SortedMap<String, Integer> weights = new TreeMap<>();
    for (String caller : callers) {
      weights.put(caller, 100);
    }
    return weights;
  }

  @Test
  void comesBackFromTheWireAsItWas() {
    Terms terms = new Terms(3, 7, 9, 11, 13, weights("ada"));

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
    Terms terms = new Terms(1, 1, 1, 1, 0, weights("eve", "bob", "ada"));

    assertThat(Encode.terms(terms).getWeightsList())
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
