package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.CloudEvent;
import io.corale.client.Invocation;
import io.corale.client.Publishing;
import io.corale.client.Reply;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.examples.Example;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.FunctionRef;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.model.SecretName;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example runs on three processes, gives what its page says, and ends once in the record. */
final class ExamplesIT {
  private static final long PATIENCE_SECONDS = 60;

  /** The one thing that no page can know. */
  private static final String TIME = "\"began\":\"[^\"]*\"";

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;

  private static Optional<LocalCluster> cluster = Optional.empty();
  private static Optional<Client> client = Optional.empty();

  @BeforeAll
  static void startThreeNodes() throws Exception {
    LocalCluster started = LocalCluster.start(new LocalCluster.Plan(directory, 3, ""));
    cluster = Optional.of(started);
    Client owner = started.client("examples").build();
    client = Optional.of(owner);
    Owners.enter(
        owner,
        Owners.account("sim", "sim", 4),
        Owners.account("fast", "sim", 8, "standIn", "true"),
        cheap(),
        bank(started.token()));
    Owners.given(
        owner
            .putSecret(
                new SecretName("deskLogin"),
                Payload.ofJson("{\"username\": \"ada\", \"password\": \"p\"}"))
            .get());
    Owners.given(owner.putSecret(new SecretName("deskKey"), Payload.ofJson("\"7\"")).get());
    for (Map.Entry<String, String> function : Example.functions().entrySet()) {
      FunctionRef ref = FunctionRef.parse(function.getKey());
      Owners.given(owner.putFunction(ref, function.getValue()).get());
    }
  }

  /** Some examples count the calls of one function apart. */
  private static Account cheap() {
    return new Account(
        new AccountId("cheap"),
        "sim",
        0,
        Policy.LST_BL,
        new TreeMap<>(Map.of("standIn", "true")),
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4),
            new ScopeLimit("label", Optional.of(ScopeLimit.ROOT), 2)));
  }

  /** Leads to another owner. */
  private static Account bank(String token) {
    return new Account(
        new AccountId("bank"),
        "corale",
        0,
        Policy.LST_BL,
        new TreeMap<>(Map.of("owner", "bank", "token", token)),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4)));
  }

  @AfterAll
  static void stop() {
    client.ifPresent(Client::close);
    cluster.ifPresent(LocalCluster::close);
  }

  static List<Example> examples() throws IOException {
    return Example.all();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void givesWhatItsPageSays(Example example) throws Exception {
    Client owner = client.orElseThrow();
    for (String part : example.parts()) {
      Owners.publish(owner, part);
    }
    publishNextDoor(example);
    assertThat(Owners.given(owner.publish(example.source(), Example.resources()).get()))
        .isInstanceOf(Publishing.Published.class);

    Invocation invocation = owner.start(example.name(), Payload.ofJson(example.input()));
    invocation.accepted().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    for (Example.Told told : example.events()) {
      if (told.to() != Example.Hearer.SCHEDULE) {
        tell(owner, invocation, told);
      }
    }
    ClientOutcome outcome = invocation.result().get(PATIENCE_SECONDS, TimeUnit.SECONDS);

    assertThat(outcome).isInstanceOf(ClientOutcome.Completed.class);
    assertThat(value(((ClientOutcome.Completed) outcome).output().json()))
        .isEqualTo(value(example.output()));
    assertThat(Owners.given(owner.trace(invocation.id()).get()).getEventsList())
        .filteredOn(event -> event.getKind() == Door.TraceEvent.Kind.ENDED)
        .hasSize(1);
    if (!example.events(Example.Hearer.SCHEDULE).isEmpty()) {
      requireBegunByEvents(owner, example);
    }
  }

  private static void publishNextDoor(Example example) throws Exception {
    for (Map.Entry<String, List<String>> neighbour : example.neighbours().entrySet()) {
      try (Client other = cluster.orElseThrow().client(neighbour.getKey()).build()) {
        Owners.enter(other);
        for (String part : neighbour.getValue()) {
          Owners.publish(other, part);
        }
      }
    }
  }

  /** Exactly one for each, also on a cluster: the fault tells of itself in its own entry. */
  @Test
  void oneCompositionReactsToTheFaultsOfAnother() throws Exception {
    Client owner = client.orElseThrow();
    Example watcher =
        Example.all().stream()
            .filter(each -> each.name().equals("schedule-on-fault"))
            .findFirst()
            .orElseThrow();
    Owners.publish(owner, watcher.parts().get(0));
    Owners.publish(owner, watcher.source());
    long before = begun(owner, watcher.name());

    Invocation fragile = owner.start("fragile", Payload.NULL);
    assertThat(fragile.result().get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(ClientOutcome.Faulted.class);

    assertThat(begun(owner, watcher.name())).isEqualTo(before + 1);
    InvocationId reaction = InvocationId.scheduled(watcher.name(), before + 1);
    assertThat(value(outputOf(owner, reaction))).isEqualTo(value(watcher.output()));
  }

  /** Each event reaches the schedule, and together they begin one invocation. */
  private static void requireBegunByEvents(Client owner, Example example) throws Exception {
    long before = begun(owner, example.name());
    for (String event : example.events(Example.Hearer.SCHEDULE)) {
      assertThat(Owners.given(owner.announce(CloudEvent.parse(event)).get()).getReached())
          .isEqualTo(1);
    }
    InvocationId id = InvocationId.scheduled(example.name(), before + 1);
    assertThat(value(outputOf(owner, id))).isEqualTo(value(example.output()));
    assertThat(begun(owner, example.name())).isEqualTo(before + 1);
  }

  private static long begun(Client owner, String schedule) throws Exception {
    return Owners.given(owner.schedules().get()).getSchedulesList().stream()
        .filter(each -> each.getComposition().getName().equals(schedule))
        .mapToLong(Door.ScheduleReport::getBegun)
        .sum();
  }

  private static String outputOf(Client owner, InvocationId id) throws Exception {
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      if (owner.status(id).get() instanceof Reply.Given<Door.InvocationStatus> given
          && given.value().getPhase() == Door.Phase.COMPLETED) {
        return given.value().getEnding().getCompleted().getInline().toStringUtf8();
      }
      assertThat(System.nanoTime()).as("%s has completed", id).isLessThan(untilNanos);
      Thread.sleep(20);
    }
  }

  private static void tell(Client owner, Invocation invocation, Example.Told told)
      throws Exception {
    CloudEvent event = CloudEvent.parse(told.event());
    if (told.to() == Example.Hearer.INVOCATION) {
      Owners.given(owner.announce(event, invocation.id()).get());
      return;
    }
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (Owners.given(owner.status(invocation.id()).get()).getListensForCount() == 0) {
      assertThat(System.nanoTime()).as("it listens").isLessThan(untilNanos);
      Thread.sleep(20);
    }
    assertThat(Owners.given(owner.announce(event).get()).getReached()).isEqualTo(1);
  }

  /** Fields in any order: which branch exports first is chance. */
  private static JsonNode value(String json) throws IOException {
    return JSON.readTree(json.replaceAll(TIME, "\"began\":\"then\""));
  }
}
