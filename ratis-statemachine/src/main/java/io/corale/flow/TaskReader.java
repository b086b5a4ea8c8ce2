package io.corale.flow;

import io.corale.flow.Extender.Header;
import io.corale.flow.ExtensionReader.Extension;
import io.corale.flow.Task.Tasks;
import io.corale.scheduler.Ears;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads lists of tasks, and of each task what all kinds have in common; a reader for each family of
 * works reads the rest. What is wrong goes to the findings, and the rest is read on.
 */
final class TaskReader implements Extender.Reading {
  /** Deeper than people nest; the evaluator's stack and a branch's timers are made for it. */
  static final int MAX_DEPTH = 64;

  /** The timers that one branch may set beside its innermost wait and the composition's timeout. */
  static final int MAX_TIMERS = 64;

  /** Tasks in all, with those of extensions for each task that these extend. */
  static final int MAX_TASKS = 10_000;

  /** Tasks around that listen; with one inside they are all that one branch can do. */
  static final int MAX_EARS = Ears.MAX_EARS - 1;

  /** What a task may do. */
  static final List<String> WORKS =
      List.of(
          "do", "set", "switch", "for", "fork", "call", "try", "raise", "wait", "run", "emit",
          "listen");

  private static final List<String> BASE =
      List.of("if", "input", "output", "export", "timeout", "then", "metadata");
  private static final Map<String, List<String>> COMPANIONS = companions();

  /** All that a task may have. */
  static final List<String> KEYS = keys();

  private final Findings findings;
  private final Flow flow;
  private final FilterReader filters;
  private final Readers readers;
  private final Extender extender;
  private final EventReader events;
  private final ListenReader listens;
  private final SortedSet<String> called = new TreeSet<>();
  private boolean hasTooMany;

  /** One reader for each family of works. */
  record Readers(
      Expressions expressions,
      SwitchReader switches,
      LoopReader loops,
      ForkReader forks,
      TryReader tries,
      ErrorReader errors,
      TimeReader times,
      CallReader calls,
      RunReader runs,
      Expansion expansion) {}

  TaskReader(Findings findings, FilterReader filters, Readers readers, List<Extension> extensions) {
    this.findings = findings;
    this.flow = new Flow(findings);
    this.filters = filters;
    this.readers = readers;
    this.extender = new Extender(findings, readers.expressions(), extensions, this);
    this.events = new EventReader(findings, readers.expressions());
    this.listens = new ListenReader(findings, readers.expressions(), filters, events);
  }

  private static List<String> keys() {
    Set<String> keys = new LinkedHashSet<>(WORKS);
    keys.addAll(BASE);
    return List.copyOf(keys);
  }

  /** The keys that belong to a work beside its own. */
  private static Map<String, List<String>> companions() {
    Map<String, List<String>> companions = new LinkedHashMap<>();
    companions.put("call", List.of("with"));
    companions.put("for", List.of("while"));
    companions.put("try", List.of("catch"));
    companions.put("listen", List.of("foreach"));
    return companions;
  }

  /** The list of the composition itself; empty if anything in it is wrong. */
  Optional<Tasks> readRoot(Marked value) {
    Optional<Tasks> tasks = tasks(value, "do", Scope.root());
    return isTooMany(value.line(), value.column()) ? Optional.empty() : tasks;
  }

  /**
   * Checks what no task refers to.
   *
   * @param functions that are tasks
   */
  void checkUnused(List<Callable.OfTask> functions) {
    extender.checkUnused();
    functions.stream()
        .filter(each -> !called.contains(each.field().key()))
        .forEach(each -> function(each, Scope.root()));
  }

  @Override
  public int nextId() {
    return readers.expansion().nextId();
  }

  @Override
  public Optional<Tasks> tasks(Marked value, String what, Scope scope) {
    Optional<Marked.Items> items = findings.list(value, "'" + what + "'");
    if (items.isEmpty()) {
      return Optional.empty();
    }
    if (isTooDeep(items.get(), scope)) {
      return Optional.empty();
    }
    List<Marked.Field> named = new ArrayList<>();
    items.get().items().forEach(item -> findings.named(item).ifPresent(named::add));
    requireDistinct(named);
    var around = new Flow.Around(named.stream().map(Marked.Field::key).toList(), scope.kind());
    List<Optional<Task>> tasks = new ArrayList<>();
    for (int position = 0; position < named.size(); position++) {
      tasks.add(task(named.get(position), position, scope, around));
    }
    boolean areAllNamed = named.size() == items.get().items().size();
    if (scope.kind() != Scope.Kind.BRANCHES && areAllNamed) {
      flow.requireReachable(tasks, named, around);
    }
    List<Task> whole = tasks.stream().flatMap(Optional::stream).toList();
    return whole.size() < items.get().items().size()
        ? Optional.empty()
        : Optional.of(new Tasks(scope.owner(), whole));
  }

  private boolean isTooDeep(Marked at, Scope scope) {
    Scope.Nesting nesting = scope.nesting();
    if (nesting.tasks() >= MAX_DEPTH) {
      findings.add(
          at,
          "tasks are nested deeper than " + MAX_DEPTH + " levels",
          "make compositions of the inner ones");
    } else if (nesting.timers() > MAX_TIMERS) {
      findings.add(
          at,
          "more than " + MAX_TIMERS + " limits of time hold here at once",
          "'timeout' and 'limit.attempt.duration' count one each; leave out some");
    } else if (scope.nesting().ears() > MAX_EARS) {
      findings.add(
          at,
          "more than " + MAX_EARS + " tasks around listen, each while these tasks run",
          "put the inner ones into a 'fork', or into a composition of their own");
    } else {
      return false;
    }
    return true;
  }

  /** How much a task has set while its tasks run. */
  private static Scope.Nesting holds(Marked.Fields fields) {
    return new Scope.Nesting(1, timers(fields), fields.get("foreach").isPresent() ? 1 : 0);
  }

  /** How many timers a task may set while its tasks run. */
  private static int timers(Marked.Fields fields) {
    boolean mayLimitAttempts =
        fields
            .get("catch")
            .filter(Marked.Fields.class::isInstance)
            .flatMap(caught -> ((Marked.Fields) caught).get("retry"))
            .isPresent();
    return (fields.get("timeout").isPresent() ? 1 : 0) + (mayLimitAttempts ? 1 : 0);
  }

  private void requireDistinct(List<Marked.Field> named) {
    Map<String, Marked.Field> first = new LinkedHashMap<>();
    for (Marked.Field field : named) {
      Marked.Field earlier = first.putIfAbsent(field.key(), field);
      if (earlier != null) {
        findings.add(
            field,
            "a task '"
                + field.key()
                + "' stands twice in its list, first in line "
                + earlier.line(),
            "");
      }
      if (!FunctionReader.NAME.matcher(field.key()).matches()) {
        findings.add(field, "task '" + field.key() + "' is not a name", FunctionReader.NAME_RULE);
      } else if (Flow.DIRECTIVES.contains(field.key())) {
        findings.add(
            field,
            "a task cannot be named '" + field.key() + "', which 'then' means otherwise",
            "");
      }
    }
  }

  private Optional<Task> task(Marked.Field field, int position, Scope scope, Flow.Around around) {
    String where = "task '" + field.key() + "'";
    Optional<Marked.Fields> fields = findings.object(field.value(), where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    int id = nextId();
    if (isTooMany(field.line(), field.column())) {
      return Optional.empty();
    }
    Scope here = scope.task(id, position, field.key(), holds(fields.get()));
    Site site = new Site(fields.get(), where, here, around);
    Optional<String> kind = kind(field, site);
    return task(
        field.key(),
        position,
        site,
        header -> kind.flatMap(present -> extender.read(present, site, header)));
  }

  /** What all tasks have in common, around the work of this one. */
  private Optional<Task> task(
      String name, int position, Site site, Function<Header, Optional<Work>> read) {
    Marked.Fields fields = site.fields();
    String where = site.where();
    fields.get("metadata").ifPresent(value -> findings.object(value, where + ".metadata"));
    Filters shaping = filters.ofTask(fields, where, site.here());
    Optional<Timeout> timeout =
        fields
            .get("timeout")
            .flatMap(value -> readers.times().timeout(value, where, site.variables()));
    Optional<Next> then =
        fields
            .get("then")
            .map(value -> flow.next(value, site.around()))
            .orElse(Optional.of(new Next.Continue()));
    Optional<Work> work = read.apply(new Header(name, then.orElse(new Next.Continue())));
    int id = site.here().owner();
    String place = site.here().place();
    return then.isEmpty() || work.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Task(id, name, place, position, shaping, timeout, then.get(), work.get()));
  }

  /**
   * A function that is a task, for one call of it: {@link FunctionTasks}. Its call is extended, its
   * own tasks are not.
   */
  Optional<Tasks> function(Callable.OfTask function, Scope call) {
    Marked.Field field = function.field();
    called.add(field.key());
    int id = nextId();
    if (isTooMany(field.line(), field.column()) || isTooDeep(function.fields(), call)) {
      return Optional.empty();
    }
    Site site =
        new Site(
            function.fields(),
            "function '" + field.key() + "'",
            call.function(id, field.key(), holds(function.fields())),
            new Flow.Around(List.of(field.key()), Scope.Kind.SEQUENCE));
    Optional<String> kind = kind(field, site);
    Optional<Task> task =
        extender.closed(
            () ->
                task(
                    field.key(),
                    0,
                    site,
                    header -> kind.flatMap(present -> work(function, present, site))));
    return task.map(only -> new Tasks(call.owner(), List.of(only)));
  }

  private Optional<Work> work(Callable.OfTask function, String kind, Site site) {
    return function.call().isPresent()
        ? function.function().map(spec -> new Work.Call(spec, Optional.empty()))
        : work(kind, site);
  }

  private boolean isTooMany(int line, int column) {
    if (readers.expansion().tasks() > MAX_TASKS && !hasTooMany) {
      hasTooMany = true;
      findings.add(
          line,
          column,
          "more than "
              + MAX_TASKS
              + " tasks, with those of extensions and functions for each time that they run",
          "extend fewer kinds of tasks, or make compositions of parts");
    }
    return readers.expansion().tasks() > MAX_TASKS;
  }

  /** Which of the known works the task does; reports everything that is not of it. */
  private Optional<String> kind(Marked.Field field, Site site) {
    Marked.Fields fields = site.fields();
    List<String> kinds = new ArrayList<>();
    Set<String> known = new LinkedHashSet<>(WORKS);
    known.addAll(BASE);
    for (String work : WORKS) {
      boolean isBody = work.equals("do") && fields.get("for").isPresent();
      if (fields.get(work).isPresent() && !isBody) {
        kinds.add(work);
        known.addAll(COMPANIONS.getOrDefault(work, List.of()));
      }
    }
    COMPANIONS.forEach(
        (work, companions) -> known.addAll(strays(work, companions, fields, site.where())));
    findings.requireKeys(fields, site.where(), known, Map.of());
    boolean isOdd =
        fields.fields().stream()
            .anyMatch(each -> !BASE.contains(each.key()) && !WORKS.contains(each.key()));
    if (kinds.isEmpty() && !isOdd) {
      findings.add(
          field, site.where() + " does nothing", "expected one of: " + String.join(", ", WORKS));
    }
    if (kinds.size() > 1) {
      findings.add(
          field,
          site.where() + " cannot be '" + String.join("' and '", kinds) + "' at once",
          "make two tasks of it");
    }
    return kinds.size() == 1 ? Optional.of(kinds.get(0)) : Optional.empty();
  }

  /** Reports the keys of a work that is not there. */
  private List<String> strays(
      String work, List<String> companions, Marked.Fields fields, String where) {
    if (fields.get(work).isPresent()) {
      return List.of();
    }
    List<String> strays = companions.stream().filter(key -> fields.get(key).isPresent()).toList();
    for (String key : strays) {
      Marked.Field stray = fields.field(key).orElseThrow();
      findings.add(stray, "'" + key + "' stands without '" + work + "' in " + where, "");
    }
    return strays;
  }

  @Override
  public Optional<Work> work(String kind, Site site) {
    Marked value = site.fields().get(kind).orElse(site.fields());
    return switch (kind) {
      case "do" ->
          tasks(value, "do", site.here().list("/do", Scope.Kind.SEQUENCE)).map(Work.Do::new);
      case "set" -> set(value, site);
      case "switch" -> readers.switches().read(value, site);
      case "for" -> readers.loops().read(value, site, this::tasks);
      case "fork" -> readers.forks().read(value, site, this::tasks);
      case "try" -> readers.tries().read(value, site, this::tasks);
      case "raise" -> readers.errors().raise(value, site);
      case "run" -> readers.runs().read(value, site);
      case "wait" -> readers.times().pause(value, site);
      case "emit" -> events.emit(value, site);
      case "listen" -> listens.read(value, site, this::tasks);
      default -> readers.calls().read(value, site, this::function);
    };
  }

  private Optional<Work> set(Marked value, Site site) {
    if (value instanceof Marked.Fields fields && fields.fields().isEmpty()) {
      findings.add(value, "'set' needs at least one field", "");
      return Optional.empty();
    }
    boolean isString = value instanceof Marked.Scalar scalar && scalar.value().isTextual();
    if (!isString && !(value instanceof Marked.Fields)) {
      findings.add(value, "'set' must be an object or an expression, found " + value.kind(), "");
      return Optional.empty();
    }
    return readers.expressions().filter(value, "set", site.variables()).map(Work.Set::new);
  }
}
