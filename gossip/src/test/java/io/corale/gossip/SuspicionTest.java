package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SuspicionTest {
  @Test
  void isShorterTheMoreConfirmIt() {
    Suspicion suspicion = new Suspicion(1, 100, 10, 60, 3);
    long alone = suspicion.deadline();

    suspicion.confirm(2);
    long ofTwo = suspicion.deadline();
    suspicion.confirm(3);
    suspicion.confirm(4);

    assertThat(alone).isEqualTo(160);
    assertThat(ofTwo).isEqualTo(135);
    assertThat(suspicion.deadline()).isEqualTo(110);
  }

  @Test
  void theSameAccuserConfirmsNothing() {
    Suspicion suspicion = new Suspicion(1, 100, 10, 60, 3);

    assertThat(suspicion.confirm(1)).isFalse();
    assertThat(suspicion.deadline()).isEqualTo(160);
  }

  @Test
  void countsNoTimeInWhichThisNodeStoodStill() {
    Suspicion suspicion = new Suspicion(1, 100, 10, 60, 3);

    suspicion.extend(1_000);

    assertThat(suspicion.deadline()).isEqualTo(1_160);
  }
}
