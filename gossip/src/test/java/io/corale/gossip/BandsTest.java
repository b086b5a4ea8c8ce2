package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BandsTest {
  @Test
  void aBandIsWithinATenthOfWhatItStandsFor() {
    for (long requests = 10; requests < 1_000_000; requests += requests / 7) {
      assertThat((double) Bands.requests(Bands.of(requests)))
          .isBetween(requests * 0.9 - 1, requests * 1.1 + 1);
    }
  }

  @Test
  void smallNumbersAreToldApart() {
    assertThat(Bands.of(0)).isZero();
    assertThat(Bands.of(1)).isEqualTo(4);
    assertThat(Bands.of(2)).isEqualTo(6);
    assertThat(Bands.of(Long.MAX_VALUE)).isLessThanOrEqualTo(255);
  }

  @Test
  void theRangeOfABandHoldsAllThatIsToldByIt() {
    for (long requests = 0; requests < 100_000; requests += 1 + requests / 50) {
      for (long before = requests / 2; before < 2 * requests + 2; before += 1 + requests / 20) {
        Bands.Range range = Bands.range(Bands.of(requests, Bands.of(before)));
        assertThat(requests).isBetween(range.least(), range.most());
      }
    }
  }

  @Test
  void aRangeIsNarrow() {
    assertThat(Bands.range(Bands.of(0))).isEqualTo(new Bands.Range(0, 0));
    assertThat(Bands.range(Bands.of(1))).isEqualTo(new Bands.Range(1, 1));
    Bands.Range range = Bands.range(Bands.of(1_000));
    assertThat(range.least()).isGreaterThan(780);
    assertThat(range.most()).isLessThan(1_280);
    assertThat(Bands.range(255).most()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void doesNotFlickerAtABorder() {
    int before = Bands.of(100);

    assertThat(Bands.of(108, before)).isEqualTo(before);
    assertThat(Bands.of(160, before)).isEqualTo(Bands.of(160));
  }
}
