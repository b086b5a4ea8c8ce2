package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;

/** Rule 34: the settings on which promises of the log hang. */
final class RaftSettingsTest {
  private final RaftProperties properties =
      new RaftSettings(
              Path.of("data"),
              "127.0.0.1",
              "localhost",
              7_000,
              RaftSettings.ELECTION_MIN,
              RaftSettings.ELECTION_MAX)
          .properties();

  @Test
  void acknowledgesNothingThatIsNotOnDisk() {
    assertThat(RaftServerConfigKeys.Log.unsafeFlushEnabled(properties)).isFalse();
    assertThat(RaftServerConfigKeys.Log.asyncFlushEnabled(properties)).isFalse();
  }

  @Test
  void leavesSnapshotsToTheStateMachine() {
    assertThat(RaftServerConfigKeys.Snapshot.autoTriggerEnabled(properties)).isFalse();
    assertThat(RaftServerConfigKeys.Log.purgeUptoSnapshotIndex(properties)).isTrue();
  }

  @Test
  void keepsSegmentsSmallForPurging() {
    assertThat(RaftServerConfigKeys.Log.segmentSizeMax(properties))
        .isEqualTo(SizeInBytes.valueOf(1024 * 1024));
  }

  @Test
  void electsWithinASecondByDefault() {
    assertThat(RaftServerConfigKeys.Rpc.timeoutMin(properties).toLong(TimeUnit.MILLISECONDS))
        .isEqualTo(Duration.ofMillis(500).toMillis());
    assertThat(RaftServerConfigKeys.Rpc.timeoutMax(properties).toLong(TimeUnit.MILLISECONDS))
        .isEqualTo(Duration.ofSeconds(1).toMillis());
    assertThat(RaftServerConfigKeys.LeaderElection.preVote(properties)).isTrue();
  }
}
