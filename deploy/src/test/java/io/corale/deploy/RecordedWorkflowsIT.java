package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.wfformat.ImportOptions;
import io.corale.client.wfformat.ImportedComposition;
import io.corale.client.wfformat.RecordedTask;
import io.corale.client.wfformat.RecordedWorkflow;
import io.corale.client.wfformat.UnusableWorkflowException;
import io.corale.client.wfformat.WfFormatReader;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.AccountId;
import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The workflows that WfCommons recorded run to the end on three processes, and no task starts
 * before its recorded parents have ended. They stand beside the checkout.
 */
class RecordedWorkflowsIT {
  private static final String FIRST = "1000genome-chameleon-2ch-100k-001";

  /** Long enough that the cluster's own time does not hide the order, short enough to wait for. */
  private static final Duration CRITICAL_PATH = Duration.ofMillis(2_500);

  /** One step that takes no time, so that no workflow's makespan holds the birth of the cell. */
  private static final String WAKE =
      """
      document: {dsl: '1.0.3', namespace: recorded, name: wake, version: 1.0.0}
      do:
        - nothing: {set: {a: 1}}
      """;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** As many as the widest of them has tasks side by side. */
  private static final int LIMIT = 64;

  @TempDir static Path directory;

  private static Optional<LocalCluster> cluster = Optional.empty();
  private static Optional<Client> client = Optional.empty();

  @BeforeAll
  static void startThreeNodes() throws Exception {
    if (find(FIRST).isEmpty()) {
      return;
    }
    LocalCluster started = LocalCluster.start(new LocalCluster.Plan(directory, 3, ""));
    cluster = Optional.of(started);
    Client owner = started.client("recorded").build();
    client = Optional.of(owner);
    Owners.enter(owner, Owners.account("sim", "sim", LIMIT, "result", "empty"));
    Owners.publish(owner, WAKE);
    long startNanos = System.nanoTime();
    owner.start("wake", Payload.NULL).result().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    System.out.printf(
        Locale.ROOT,
        "birth of the cell and first invocation: %.3f s%n",
        (System.nanoTime() - startNanos) / 1e9);
  }

  @AfterAll
  static void stop() {
    client.ifPresent(Client::close);
    cluster.ifPresent(LocalCluster::close);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        FIRST,
        "epigenomics-chameleon-hep-1seq-100k-001",
        "montage-chameleon-2mass-005d-001",
        "srasearch-chameleon-10a-001"
      })
  void noTaskStartsBeforeItsRecordedParentsHaveEnded(String name) throws Exception {
    // given
    Optional<Path> record = find(name);
    if (record.isEmpty()) {
      System.out.println("skipped: no recorded workflow " + name + " beside the checkout");
    }
    assumeTrue(record.isPresent(), "skipped: no recorded workflows beside the checkout");
    ImportedComposition imported = imported(name, record.get());
    Client owner = client.orElseThrow();
    Owners.publish(owner, imported.yaml());
    // when
    long startNanos = System.nanoTime();
    Invocation invocation = owner.start(name, Payload.NULL);
    ClientOutcome outcome = invocation.result().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    Duration makespan = Duration.ofNanos(System.nanoTime() - startNanos);
    Door.TraceReport trace = Owners.given(owner.trace(invocation.id()).get());
    // then
    System.out.printf(
        Locale.ROOT,
        "%s: %d tasks, makespan %.3f s beside a critical path of %.3f s (recorded order: %.3f s)%n",
        name,
        imported.workflow().tasks().size(),
        makespan.toNanos() / 1e9,
        imported.composedCriticalPath().toNanos() / 1e9,
        imported.recordedCriticalPath().toNanos() / 1e9);
    assertThat(outcome).isInstanceOf(ClientOutcome.Completed.class);
    assertThat(trace.getDropped()).isZero();
    requireOrder(imported, Lives.of(trace.getEventsList()));
    // Half a millisecond is the most that rounding takes from a task.
    Duration rounding = Duration.ofMillis(imported.workflow().tasks().size() / 2 + 1);
    assertThat(makespan).isGreaterThan(imported.recordedCriticalPath().minus(rounding));
  }

  /** Where in the trace each task first started and last ended. */
  private record Lives(Map<String, Integer> started, Map<String, Integer> settled) {
    static Lives of(List<Door.TraceEvent> events) {
      Lives lives = new Lives(new LinkedHashMap<>(), new LinkedHashMap<>());
      for (int i = 0; i < events.size(); i++) {
        // A place is a pointer whose last word is the task.
        String place = events.get(i).getPlace();
        String task = place.substring(place.lastIndexOf('/') + 1);
        if (events.get(i).getKind() == Door.TraceEvent.Kind.STARTED) {
          lives.started.putIfAbsent(task, i);
        } else if (events.get(i).getKind() == Door.TraceEvent.Kind.SETTLED) {
          lives.settled.put(task, i);
        }
      }
      return lives;
    }
  }

  private static void requireOrder(ImportedComposition imported, Lives lives) {
    Map<String, String> names = imported.taskNames();
    assertThat(lives.started.keySet()).containsExactlyInAnyOrderElementsOf(names.values());
    assertThat(lives.settled.keySet()).containsExactlyInAnyOrderElementsOf(names.values());
    int checked = 0;
    for (RecordedTask task : imported.workflow().tasks()) {
      for (String parent : task.parents()) {
        assertThat(lives.started.get(names.get(task.id())))
            .as("%s starts after %s has ended", task.id(), parent)
            .isGreaterThan(lives.settled.get(names.get(parent)));
        checked++;
      }
    }
    assertThat(checked).isPositive().isEqualTo(imported.workflow().dependencies());
  }

  private static ImportedComposition imported(String name, Path record)
      throws IOException, UnusableWorkflowException {
    RecordedWorkflow workflow = WfFormatReader.read(Files.readString(record));
    CompositionRef ref = new CompositionRef(name, "1.0.0");
    AccountId account = new AccountId("sim");
    double any = 0.001;
    long recordedMicros =
        ImportedComposition.of(workflow, new ImportOptions(ref, account, any)).recordedMicros();
    double scale = CRITICAL_PATH.toNanos() / 1e3 / recordedMicros;
    return ImportedComposition.of(workflow, new ImportOptions(ref, account, scale));
  }

  private static Optional<Path> find(String name) {
    Path here = Path.of("").toAbsolutePath();
    return Stream.iterate(here, at -> at != null, Path::getParent)
        .limit(4)
        .map(at -> at.resolve("../shared/data/wfinstances").resolve(name + ".json").normalize())
        .filter(Files::exists)
        .findFirst();
  }
}
