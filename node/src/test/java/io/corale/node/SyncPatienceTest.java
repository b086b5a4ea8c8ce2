package io.corale.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.GossipCore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SyncPatienceTest {
  /** Else it would say that it is ready with a part of what others hold, while they still tell. */
  @Test
  void aNodeWaitsForAsLongAsASeedMayTell() {
    long waitsMicros = TimeUnit.NANOSECONDS.toMicros(Node.SYNC_PATIENCE.toNanos());

    assertThat(waitsMicros).isGreaterThan(GossipCore.MOST_SYNC_MICROS);
  }
}
