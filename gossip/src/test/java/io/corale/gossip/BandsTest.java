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
  void doesNotFlickerAtABorder() {
    int before = Bands.of(100);

    assertThat(Bands.of(108, before)).isEqualTo(before);
    assertThat(Bands.of(160, before)).isEqualTo(Bands.of(160));
  }
}
