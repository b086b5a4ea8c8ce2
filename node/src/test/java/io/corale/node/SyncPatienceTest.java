package io.corale.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.GossipCore;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SyncPatienceTest {
  /** Else it would say that it is ready with a part of what others hold, while they still tell. */
  @Test
  void aNodeWaitsForAsLongAsASeedMayTell() {
    long waitsMicros = TimeUnit.NANOSECONDS.toMicros(Node.SYNC_PATIENCE.toNanos());

    assertThat(waitsMicros).isGreaterThan(GossipCore.MOST_SYNC_MICROS);
  }

  /** Its replicas may vote on a disk of former days for as long as it waits. */
  @Test
  void aNodeThatHasGivenUpWaitsForNoSeed() {
    assertThat(Node.isWaiting(false, Optional.empty(), 1)).isTrue();
    assertThat(Node.isWaiting(false, Optional.of("its disk is of former days"), 1)).isFalse();
    assertThat(Node.isWaiting(true, Optional.empty(), 1)).isFalse();
    assertThat(Node.isWaiting(false, Optional.empty(), 0)).isFalse();
  }
}
