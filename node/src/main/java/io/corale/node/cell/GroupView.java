package io.corale.node.cell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;

/**
 * What the leader of a group sees of it.
 *
 * @param index of the configuration's entry in the log
 * @param isStable whether no change of the configuration is under way
 * @param followers by their Raft peers
 */
record GroupView(
    List<RaftPeer> voters,
    List<RaftPeer> listeners,
    long index,
    boolean isStable,
    Map<String, Follower> followers) {
  /**
   * What it sees of a follower.
   *
   * @param silentMillis since its last answer
   * @param lag how many entries less it knows to be committed
   */
  record Follower(long silentMillis, long lag) {}

  static GroupView of(RaftServer.Division division) {
    RaftConfiguration configuration = division.getRaftConf();
    long committed = division.getRaftLog().getLastCommittedIndex();
    Map<String, Long> commits = new LinkedHashMap<>();
    for (CommitInfoProto each : division.getCommitInfos()) {
      commits.put(each.getServer().getId().toStringUtf8(), each.getCommitIndex());
    }
    Map<String, Follower> followers = new LinkedHashMap<>();
    for (ServerRpcProto each :
        division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList()) {
      String peer = each.getId().getId().toStringUtf8();
      long lag = committed - commits.getOrDefault(peer, -1L);
      followers.put(peer, new Follower(each.getLastRpcElapsedTimeMs(), lag));
    }
    return new GroupView(
        List.copyOf(configuration.getCurrentPeers()),
        List.copyOf(configuration.getCurrentPeers(RaftPeerRole.LISTENER)),
        configuration.getLogEntryIndex(),
        configuration.getPreviousPeers().isEmpty() && configuration.getLogEntryIndex() <= committed,
        followers);
  }

  boolean hasVoter(String peer) {
    return voters.stream().anyMatch(voter -> voter.getId().toString().equals(peer));
  }

  /** Whether somebody is being brought up to date who is to be added. */
  boolean isStaging() {
    return staged().findAny().isPresent();
  }

  /** Whether this one is. */
  boolean isStaging(String peer) {
    return followers.containsKey(peer) && !isNamed(peer);
  }

  /** Whether one of those has not answered for so long. */
  boolean isStagingInVain(long millis) {
    return isStable && staged().anyMatch(follower -> follower.silentMillis > millis);
  }

  /** Who is sent entries, and named by no configuration. */
  private Stream<Follower> staged() {
    return followers.entrySet().stream()
        .filter(each -> !isNamed(each.getKey()))
        .map(Map.Entry::getValue);
  }

  private boolean isNamed(String peer) {
    return Stream.concat(voters.stream(), listeners.stream())
        .anyMatch(it -> it.getId().toString().equals(peer));
  }

  Optional<Follower> follower(String peer) {
    return Optional.ofNullable(followers.get(peer));
  }
}
