package io.corale.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules 1 to 3: of any number of first invocations at once, one birth and one group come. */
final class OneBirthIT {
  /** Fifty by hand ({@code -Dbirths=50}); fewer where every minute of CI counts. */
  private static final int BIRTHS = Integer.getInteger("births", 8);

  private static final int CONNECTIONS = 20;

  private static final String COMPOSITION =
      """
      document: {dsl: '1.0.3', namespace: births, name: one, version: 1.0.0}
      use: {functions: {f: {call: faas, with: {implementations: [{id: s, account: sim, timeout: PT2S}]}}}}
      do:
        - a: {call: f, with: {}}
      """;

  @Test
  void twentyConnectionsOverThreeNodesBearANewOwnerOnce(@TempDir Path directory) throws Exception {
    // Many cells are awake at once here; conf/node.yaml says which timeouts suit that.
    String patient = "raft.electionMin: PT2S\nraft.electionMax: PT4S\n";
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, 3, patient))) {
      for (int birth = 0; birth < BIRTHS; birth++) {
        bear(cluster, "owner-" + birth);
      }
    }
  }

  private static void bear(LocalCluster cluster, String owner) throws Exception {
    try (Client operator = cluster.client(owner).build()) {
      Owners.enter(operator, Owners.account("sim", "sim", 50, "latency", "PT0S"));
      Owners.publish(operator, COMPOSITION);
    }
    List<Client> clients = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        clients.add(
            Client.builder()
                .nodes(cluster.doors().get(i % 3))
                .owner(owner)
                .token(cluster.token())
                .build());
      }
      List<Invocation> first = new ArrayList<>();
      for (Client client : clients) {
        first.add(client.start("one", Payload.NULL));
      }
      for (Invocation invocation : first) {
        assertThat(invocation.result().get(60, TimeUnit.SECONDS))
            .isInstanceOf(ClientOutcome.Completed.class);
      }
      assertOneGroup(owner, clients);
    } finally {
      clients.forEach(Client::close);
    }
  }

  private static void assertOneGroup(String owner, List<Client> clients) throws Exception {
    Set<String> groups = new TreeSet<>();
    Set<Long> epochs = new TreeSet<>();
    Set<String> superpeers = new TreeSet<>();
    // The first three clients are at three different nodes.
    for (Client client : clients.subList(0, 3)) {
      for (Door.CellReport cell : Owners.given(client.cells().get()).getCellsList()) {
        groups.add(cell.getGroup());
        epochs.add(cell.getEpoch());
        // Who follows may not have heard of one yet.
        if (!cell.getSuperpeer().isEmpty()) {
          superpeers.add(cell.getSuperpeer());
        }
      }
    }
    assertThat(groups).as("groups of " + owner).hasSize(1);
    assertThat(epochs).as("births of " + owner).containsExactly(1L);
    assertThat(superpeers).as("superpeers of " + owner).hasSize(1);
  }
}
