package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.FreePorts;
import io.corale.deploy.cluster.LocalCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health is true at every moment of a node's life: before ZooKeeper, with it, without it, last. */
class HealthIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final List<String> SMALL = List.of("-Xmx128m", "-XX:+UseSerialGC");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<Integer> ports = FreePorts.find(5);

  private String address(int index) {
    return "localhost:" + ports.get(index);
  }

  @Test
  void healthFollowsTheLifeOfANode(@TempDir Path directory) throws Exception {
    Path config = directory.resolve("n1.yaml");
    // Its seed answers nobody, so that starting takes a while.
    Files.writeString(
        config,
        String.join(
            "\n",
            "data: " + directory.resolve("n1"),
            "door: {address: '" + address(0) + "'}",
            "raft: {port: " + ports.get(1) + "}",
            "observe: {address: '" + address(2) + "'}",
            "seeds: ['" + address(4) + "']",
            "zookeeper: " + address(3),
            ""));
    CoraleProcess node =
        CoraleProcess.start(
            "n1", directory, LocalCluster.NODE_JVM, List.of("node", "--config", config.toString()));
    try {
      await("/health/live", 200, "");
      assertThat(get("/health/startup").body()).contains("the node is starting");
      await("/health/ready", 503, "ZooKeeper has not been reached yet");

      node.await("READY", PATIENCE);
      assertThat(get("/health/startup").statusCode()).isEqualTo(200);
      assertThat(get("/health/ready").statusCode()).isEqualTo(503);

      CoraleProcess zookeeper =
          CoraleProcess.start(
              "zookeeper",
              directory,
              SMALL,
              List.of("zookeeper", "--data", "zookeeper", "--address", address(3)));
      try {
        await("/health/ready", 200, "\"reasons\":[]");
      } finally {
        zookeeper.stop(GRACE);
      }
      await("/health/ready", 200, "ZooKeeper is away");
      assertThat(get("/metrics").body()).contains("\ncorale_registry_connected 0\n");
      assertThat(get("/health/live").statusCode()).isEqualTo(200);

      CompletableFuture<Boolean> left = CompletableFuture.supplyAsync(() -> stop(node));
      Set<String> said = saidUntil(left);
      assertThat(left.get()).isTrue();
      assertThat(said).anyMatch(body -> body.contains("the node is leaving"));
    } finally {
      node.kill();
    }
  }

  /** All that it says of being ready meanwhile; nothing holds it open, so it is asked at once. */
  private Set<String> saidUntil(CompletableFuture<?> end) throws InterruptedException {
    Set<String> said = new HashSet<>();
    while (!end.isDone()) {
      try {
        said.add(get("/health/ready").body());
      } catch (IOException gone) {
        Thread.sleep(1);
      }
    }
    return said;
  }

  private static boolean stop(CoraleProcess node) {
    try {
      return node.stop(GRACE);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void await(String path, int status, String text) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    String last = "nothing";
    while (System.nanoTime() < until) {
      try {
        HttpResponse<String> response = get(path);
        last = response.statusCode() + " " + response.body();
        if (response.statusCode() == status && response.body().contains(text)) {
          return;
        }
      } catch (IOException notYet) {
        last = notYet.toString();
      }
      Thread.sleep(10);
    }
    throw new AssertionError(
        path + " did not say " + status + " " + text + ", the last was: " + last);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://" + address(2) + path))
            .timeout(Duration.ofSeconds(5))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
