package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No node starts with a setting that would break what its cells promise. */
final class RaftSafetyTest {
  private static RaftProperties ours() {
    return new RaftSettings(
            Path.of("data"),
            "127.0.0.1",
            "localhost",
            7_000,
            RaftSettings.ELECTION_MIN,
            RaftSettings.ELECTION_MAX)
        .properties();
  }

  @Test
  void ourOwnSettingsAreSafe() {
    assertThatCode(() -> RaftSafety.require(ours())).doesNotThrowAnyException();
  }

  static Stream<Arguments> forbidden() {
    return Stream.of(
        plant("log.unsafe-flush.enabled", all -> Log.setUnsafeFlushEnabled(all, true)),
        plant("log.async-flush.enabled", all -> Log.setAsyncFlushEnabled(all, true)),
        plant("log.use.memory", all -> Log.setUseMemory(all, true)),
        plant(
            "log.corruption.policy",
            all -> Log.setCorruptionPolicy(all, Log.CorruptionPolicy.WARN_AND_RETURN)),
        plant(
            "leaderelection.pre-vote",
            all -> RaftServerConfigKeys.LeaderElection.setPreVote(all, false)),
        plant(
            "snapshot.auto.trigger.enabled",
            all -> RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(all, true)),
        plant("log.purge.upto.snapshot.index", all -> Log.setPurgeUptoSnapshotIndex(all, false)),
        plant(
            "appender.install.snapshot.enabled",
            all -> Log.Appender.setInstallSnapshotEnabled(all, false)));
  }

  private static Arguments plant(String key, Consumer<RaftProperties> set) {
    return Arguments.of(key, set);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forbidden")
  void aForbiddenSettingIsRefusedByName(String key, Consumer<RaftProperties> set) {
    RaftProperties properties = ours();
    set.accept(properties);

    assertThatThrownBy(() -> RaftSafety.require(properties))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("forbidden in Raft: ")
        .hasMessageContaining(key);
  }
}
