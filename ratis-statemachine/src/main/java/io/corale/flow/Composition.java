package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.Task.Tasks;
import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import io.corale.scheduler.Transition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One version of a composition: an immutable tree of tasks with its expressions compiled.
 *
 * <p>Any number of threads may evaluate it at once: nothing in it changes, and what an evaluation
 * counts lives in that evaluation. Two compositions are equal when their canonical forms are.
 */
public final class Composition {
  /** The canonical form travels in one {@code Define}, which must fit into one log entry. */
  public static final int MAX_CANONICAL_BYTES = Transition.MAX_GATHERED_BYTES;

  private final Source source;
  private final SortedMap<String, FunctionSpec> functions;
  private final Filters filters;
  private final Optional<Timeout> timeout;
  private final Optional<Scheduling> schedule;
  private final Tasks root;
  private final boolean mentionsWorkflow;
  private final List<Task> byId;
  private final List<Tasks> lists;
  private final List<SortedSet<Integer>> successors;

  /**
   * What it was compiled from.
   *
   * @param definition the same as {@code canonical}, as a tree that nobody changes
   */
  record Source(CompositionRef ref, Payload canonical, JsonNode definition) {}

  /** The ids of the tasks must run from 1 without a gap. */
  Composition(
      Source source,
      SortedMap<String, FunctionSpec> functions,
      Filters filters,
      Optional<Timeout> timeout,
      Optional<Scheduling> schedule,
      Tasks root) {
    this.source = source;
    this.functions = Collections.unmodifiableSortedMap(new TreeMap<>(functions));
    this.filters = filters;
    this.timeout = timeout;
    this.schedule = schedule;
    this.root = root;
    this.mentionsWorkflow =
        filters.mentions("workflow")
            || root.list().stream().anyMatch(task -> task.mentions("workflow"));
    SortedMap<Integer, Task> tasks = new TreeMap<>();
    SortedMap<Integer, Tasks> places = new TreeMap<>();
    index(root, tasks, places);
    this.byId = List.copyOf(tasks.values());
    this.lists = List.copyOf(places.values());
    this.successors = this.byId.stream().map(this::follow).toList();
  }

  private SortedSet<Integer> follow(Task task) {
    return isBranch(task) || isExtended(task)
        ? new TreeSet<>()
        : Flow.successors(task, listOf(task).list().size());
  }

  private static void index(
      Tasks list, SortedMap<Integer, Task> tasks, SortedMap<Integer, Tasks> places) {
    for (Task task : list.list()) {
      tasks.put(task.id(), task);
      places.put(task.id(), list);
      task.work().inner().forEach(inner -> index(inner, tasks, places));
    }
  }

  /** Its name and version. */
  public CompositionRef ref() {
    return source.ref();
  }

  /**
   * Its source as JSON without spaces and with sorted keys: the same for the same content in YAML
   * and in JSON, and a source itself, from which an equal composition compiles.
   */
  public Payload canonical() {
    return source.canonical();
  }

  /** The namespace that its document names. */
  public String namespace() {
    return definition().path("document").path("namespace").asText();
  }

  /** Where events come from that it emits, unless it says otherwise: a URI reference. */
  String source() {
    return "/" + namespace() + "/" + ref().name();
  }

  /** The namespace in which its invocations tell of their beginnings and ends, if they do. */
  public Optional<String> tellsIn() {
    boolean tells = definition().at("/document/metadata/lifecycle").asBoolean();
    return tells ? Optional.of(namespace()) : Optional.empty();
  }

  /** Whether what fails in its invocations waits for a person where nothing catches it. */
  public boolean wantsIncidents() {
    return definition().at("/document/metadata/incidents").booleanValue();
  }

  /** Its functions by name. */
  public SortedMap<String, FunctionSpec> functions() {
    return functions;
  }

  /** What its tasks call, each once: its functions, and the requests that it describes. */
  public Set<FunctionSpec> called() {
    Set<FunctionSpec> called = new LinkedHashSet<>();
    for (Task task : byId) {
      if (task.work() instanceof Work.Call call) {
        called.add(call.function());
      } else if (task.work() instanceof Work.Elsewhere elsewhere) {
        called.add(elsewhere.call().function());
      }
    }
    return called;
  }

  /** How it runs by itself. */
  public Optional<Scheduling> schedule() {
    return schedule;
  }

  /** SHA-256 of the canonical form, in hexadecimal digits. */
  public String digest() {
    try {
      byte[] bytes = canonical().json().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What shapes its input and output. */
  Filters filters() {
    return filters;
  }

  /** How long an invocation may take. */
  Optional<Timeout> timeout() {
    return timeout;
  }

  /** Its source as a tree; a task's definition stands in it at the task's place. */
  JsonNode definition() {
    return source.definition();
  }

  Tasks root() {
    return root;
  }

  /** The task with this id; empty where there is none. */
  Optional<Task> task(int id) {
    return id < 1 || id > byId.size() ? Optional.empty() : Optional.of(byId.get(id - 1));
  }

  /** Whether its {@code output.as} looks at {@code $input}. */
  boolean keepsInput() {
    return filters.mentionsAfterwards("input");
  }

  /** Whether it looks at {@code $workflow} anywhere, so that its raw input must be kept. */
  boolean keepsRawInput() {
    return mentionsWorkflow;
  }

  /** How many tasks it has. */
  int size() {
    return byId.size();
  }

  /** The list in which a task stands. */
  Tasks listOf(Task task) {
    return lists.get(task.id() - 1);
  }

  /** Whether a task is a branch of a fork, which nothing follows. */
  boolean isBranch(Task task) {
    int owner = listOf(task).owner();
    return owner > 0 && byId.get(owner - 1).work() instanceof Work.Fork;
  }

  /**
   * Whether a {@code try} stands around a task, in whatever branch, that may catch what goes wrong
   * in it; whether it does, only its expressions could tell.
   */
  boolean isTried(Task task) {
    Tasks list = listOf(task);
    while (list.owner() > 0) {
      Task owner = byId.get(list.owner() - 1);
      if (owner.work() instanceof Work.Try attempt
          && attempt.tasks().first().id() == list.first().id()) {
        return true;
      }
      list = listOf(owner);
    }
    return false;
  }

  /** Whether a task is the work of the one around it, which goes where this one leads. */
  boolean isExtended(Task task) {
    int owner = listOf(task).owner();
    return owner > 0
        && byId.get(owner - 1).work() instanceof Work.Extended extended
        && extended.task().first().id() == task.id();
  }

  /**
   * The positions to which control may go in the list of a task when the task has ended; none where
   * it only leaves the list, and none in a fork, whose branches do not follow each other.
   */
  SortedSet<Integer> successors(Task task) {
    return successors.get(task.id() - 1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Composition composition && canonical().equals(composition.canonical());
  }

  @Override
  public int hashCode() {
    return canonical().hashCode();
  }

  @Override
  public String toString() {
    return ref().toString();
  }
}
