package io.corale.deploy.demo;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.client.StartOptions;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.deploy.recorder.Event;
import io.corale.deploy.recorder.RecorderHistory;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import io.corale.wire.Door;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Where the acts play: a provider that records, three nodes, a client and a voice. */
final class Stage implements AutoCloseable {
  private static final int NODES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

  private static final String CONFIG =
      "http: {privateTargets: [localhost]}\nlocal: {functions: [thumbnail]}";

  private final CoraleProcess recorder;
  private final LocalCluster cluster;
  private final Client client;
  private final URI provider;
  private final Path record;
  private final Consumer<String> voice;
  private final Reigns reigns = new Reigns();

  private Stage(
      CoraleProcess recorder,
      LocalCluster cluster,
      URI provider,
      Path record,
      Consumer<String> voice) {
    this.recorder = recorder;
    this.cluster = cluster;
    this.client = cluster.client(Story.OWNER).name("demo").build();
    this.provider = provider;
    this.record = record;
    this.voice = voice;
  }

  /** Starts everything in a directory and enters the owner with its accounts and compositions. */
  static Stage open(Path directory, Consumer<String> voice)
      throws IOException, InterruptedException, ExecutionException {
    Path record = directory.resolve("record.ndjson");
    CoraleProcess recorder =
        CoraleProcess.start(
            "recorder",
            directory,
            List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            List.of("recorder", "--out", record.toString()));
    try {
      URI provider = URI.create(recorder.await("READY", PATIENCE).substring("READY ".length()));
      LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, NODES, CONFIG));
      Stage stage = new Stage(recorder, cluster, provider, record, voice);
      stage.enter();
      return stage;
    } catch (IOException | InterruptedException | ExecutionException | RuntimeException e) {
      recorder.stop(GRACE);
      throw e;
    }
  }

  private void enter() throws InterruptedException, ExecutionException {
    try {
      Owners.enter(
          client,
          Owners.account("fast", "local", Story.FAST_LIMIT),
          Owners.account("cheap", "http", Story.CHEAP_LIMIT, "url", provider.toString()));
      Owners.publish(client, Story.label());
      Owners.publish(client, Story.picture());
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  void say(String line) {
    voice.accept(line);
  }

  Client client() {
    return client;
  }

  LocalCluster cluster() {
    return cluster;
  }

  CoraleProcess recorder() {
    return recorder;
  }

  Reigns reigns() {
    return reigns;
  }

  /** The URL at which the provider runs a function. */
  URI url(String path) {
    return provider.resolve(path);
  }

  /** What the provider has recorded up to now. */
  RecorderHistory history() throws IOException {
    return RecorderHistory.read(record);
  }

  int running() throws IOException {
    List<Event> events = history().events();
    return events.isEmpty() ? 0 : events.get(events.size() - 1).total();
  }

  Invocation start(String composition, String id, int picture, ServiceClass serviceClass) {
    return client.start(
        composition,
        Payload.ofJson("{\"picture\":" + picture + "}"),
        StartOptions.DEFAULTS.withId(id).withServiceClass(serviceClass));
  }

  /** Starts {@code count} of a kind, named {@code name-1} and so on, without waiting. */
  List<Invocation> startAll(String composition, String name, int count, ServiceClass serviceClass) {
    List<Invocation> all = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      all.add(start(composition, name + "-" + i, i, serviceClass));
    }
    return all;
  }

  /** Waits until each is on record for good. */
  static void awaitAccepted(List<Invocation> all) throws InterruptedException, ExecutionException {
    for (Invocation invocation : all) {
      Owners.given(invocation.accepted().get());
    }
  }

  static int done(List<Invocation> all) {
    return (int) all.stream().filter(invocation -> invocation.result().isDone()).count();
  }

  /** Waits until so many have ended, and says every second how it stands. */
  void await(List<Invocation> all, int enough) throws IOException, InterruptedException {
    long began = System.nanoTime();
    long said = began;
    while (done(all) < enough) {
      if (System.nanoTime() - began > PATIENCE.toNanos()) {
        throw new IOException(
            "only " + done(all) + " of " + all.size() + " had ended after " + PATIENCE);
      }
      if (all.size() > 1 && System.nanoTime() - said > BETWEEN_LINES.toNanos()) {
        said = System.nanoTime();
        say(String.format("    %3d of %d done, %d running", done(all), all.size(), running()));
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  /** The outputs of invocations that have ended; throws where one did not complete. */
  static List<Payload> outputs(List<Invocation> all) throws IOException {
    List<Payload> outputs = new ArrayList<>();
    for (Invocation invocation : all) {
      ClientOutcome outcome = invocation.result().join();
      if (!(outcome instanceof ClientOutcome.Completed completed)) {
        throw new IOException(invocation.id() + " came to " + outcome);
      }
      outputs.add(completed.output());
    }
    return outputs;
  }

  /** Asks who is superpeer of the owner's first cell, and remembers it for the timeline. */
  Door.CellReport look() throws IOException, InterruptedException, ExecutionException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      if (client.cells().get() instanceof Reply.Given<Door.CellList> given
          && given.value().getCellsCount() > 0
          && !given.value().getCells(0).getSuperpeer().isEmpty()) {
        Door.CellReport cell = given.value().getCells(0);
        reigns.saw(System.currentTimeMillis(), cell.getSuperpeer());
        return cell;
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
    throw new IOException("nobody named the superpeer within " + PATIENCE);
  }

  /** Leaves the cluster and the provider running. */
  void leave() {
    client.close();
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
    try {
      recorder.stop(GRACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
