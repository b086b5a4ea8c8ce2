package io.corale.node.observe.ratis;

import io.corale.node.observe.Measure;
import java.util.List;
import java.util.Optional;

/** Which of Ratis' timers and counters are which measure of ours; the others are not kept. */
final class RatisMeasures {
  /** Those that follow; they are there from the beginning, at zero. */
  static final List<Measure> ALL =
      List.of(
          Measure.RAFT_APPEND,
          Measure.RAFT_QUEUED,
          Measure.RAFT_FLUSH,
          Measure.RAFT_SYNC,
          Measure.RAFT_FOLLOWER_APPEND,
          Measure.RAFT_APPEND_RPC,
          Measure.RAFT_RETRIES,
          Measure.RAFT_TIMEOUTS,
          Measure.RAFT_INCONSISTENCIES,
          Measure.RAFT_ELECTIONS,
          Measure.RAFT_ELECTION_TIMEOUTS,
          Measure.RAFT_ELECTION_SECONDS,
          Measure.RAFT_TRANSFERS,
          Measure.RAFT_REFUSED,
          Measure.RAFT_SNAPSHOTS_SENT,
          Measure.RAFT_SNAPSHOTS_INSTALLED);

  private static final String APPENDER = "log_appender";

  private RatisMeasures() {}

  static Optional<Measure> timer(String component, String name) {
    return switch (component + "/" + name) {
      case "log_worker/appendEntryLatency" -> Optional.of(Measure.RAFT_APPEND);
      case "log_worker/enqueuedTime" -> Optional.of(Measure.RAFT_QUEUED);
      case "log_worker/flushTime" -> Optional.of(Measure.RAFT_FLUSH);
      case "log_worker/syncTime" -> Optional.of(Measure.RAFT_SYNC);
      case "server/follower_append_entry_latency" -> Optional.of(Measure.RAFT_FOLLOWER_APPEND);
      case "leader_election/electionTime" -> Optional.of(Measure.RAFT_ELECTION_SECONDS);
      default ->
          // One for each follower; those of heartbeats have a suffix of their own.
          component.equals(APPENDER) && name.endsWith("_latency")
              ? Optional.of(Measure.RAFT_APPEND_RPC)
              : Optional.empty();
    };
  }

  static Optional<Measure> counter(String component, String name) {
    return switch (component + "/" + name) {
      case "leader_election/electionCount" -> Optional.of(Measure.RAFT_ELECTIONS);
      case "leader_election/timeoutCount" -> Optional.of(Measure.RAFT_ELECTION_TIMEOUTS);
      case "leader_election/transferLeadershipCount" -> Optional.of(Measure.RAFT_TRANSFERS);
      case "server/numInstallSnapshot" -> Optional.of(Measure.RAFT_SNAPSHOTS_INSTALLED);
      case "server/numRequestQueueLimitHits",
          "server/numRequestsByteSizeLimitHits",
          "server/numResourceLimitHits" ->
          Optional.of(Measure.RAFT_REFUSED);
      case "log_appender/num_retries" -> Optional.of(Measure.RAFT_RETRIES);
      case "log_appender/num_install_snapshot" -> Optional.of(Measure.RAFT_SNAPSHOTS_SENT);
      default -> component.equals(APPENDER) ? ofFollower(name) : Optional.empty();
    };
  }

  private static Optional<Measure> ofFollower(String name) {
    if (name.contains("_append_entry_timeout_count")) {
      return Optional.of(Measure.RAFT_TIMEOUTS);
    }
    return name.contains("_inconsistency_reply_count")
        ? Optional.of(Measure.RAFT_INCONSISTENCIES)
        : Optional.empty();
  }
}
