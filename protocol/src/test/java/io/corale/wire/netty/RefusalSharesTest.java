package io.corale.wire.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What refusals may cost is bounded, and shared by those who cause them. */
class RefusalSharesTest {
  private final RefusalShares shares = new RefusalShares();

  private double caused(long span, int connections) {
    double last = 0;
    for (int i = 0; i < connections; i++) {
      last = shares.share(span, true);
    }
    return last;
  }

  @Test
  void aloneItHasAll() {
    assertThat(caused(7, 1)).isEqualTo(RefusalShares.MOST);
    assertThat(shares.share(7, false)).isEqualTo(RefusalShares.MOST);
  }

  @Test
  void severalHaveEqualShares() {
    assertThat(caused(7, 4)).isEqualTo(RefusalShares.MOST / 4.0);
  }

  /** Or the first in each span would have what belongs to all. */
  @Test
  void theSpanBeforeSaysHowManyToExpect() {
    caused(7, 10);

    assertThat(caused(8, 1)).isEqualTo(RefusalShares.MOST / 10.0);
    assertThat(caused(9, 1)).isEqualTo(RefusalShares.MOST);
  }

  @Test
  void whatWasLongAgoSaysNothing() {
    caused(7, 10);

    assertThat(caused(9, 1)).isEqualTo(RefusalShares.MOST);
  }

  /** Or ten thousand connections would have as many times what was meant for all. */
  @Test
  void moreThanThereAreRefusalsHaveLessThanOneEach() {
    assertThat(caused(7, 10 * RefusalShares.MOST)).isEqualTo(0.1);
  }

  /** Event loops look at the clock one after the other. */
  @Test
  void aSpanThatIsOverCountsIntoTheNext() {
    caused(8, 2);

    assertThat(caused(7, 2)).isEqualTo(RefusalShares.MOST / 4.0);
  }
}
