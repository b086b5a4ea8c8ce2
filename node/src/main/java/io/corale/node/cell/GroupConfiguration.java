package io.corale.node.cell;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;

/**
 * The configuration of a group, as far as one of its replicas has heard.
 *
 * @param peers the ids of all that it names
 * @param index of its entry in the log
 * @param isApplied whether the replica has come past that entry, which is committed then
 */
record GroupConfiguration(Set<String> peers, long index, boolean isApplied) {
  static GroupConfiguration of(RaftServer.Division division) {
    RaftConfiguration now = division.getRaftConf();
    return new GroupConfiguration(
        now.getAllPeers().stream()
            .map(peer -> peer.getId().toString())
            .collect(Collectors.toCollection(TreeSet::new)),
        now.getLogEntryIndex(),
        now.getLogEntryIndex() <= division.getInfo().getLastAppliedIndex());
  }
}
