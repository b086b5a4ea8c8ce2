package io.corale.flow;

import io.corale.flow.Task.Case;
import io.corale.flow.Task.Tasks;
import io.corale.flow.Task.Work;
import io.corale.flow.jq.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads lists of tasks; what is wrong goes to the findings, and the rest is read on. */
final class TaskReader {
  /** More branches do not fit into the log entry that opens them. */
  static final int MAX_BRANCHES = 256;

  private static final List<String> WORKS = List.of("do", "set", "switch", "for", "fork", "call");
  private static final List<String> BASE = List.of("if", "input", "output", "then", "metadata");
  private static final Map<String, String> REFUSED = refused();

  private final Findings findings;
  private final Expressions expressions;
  private final Flow flow;
  private final CallReader calls;
  private int lastId;

  TaskReader(Findings findings, SortedMap<String, Optional<FunctionSpec>> functions) {
    this.findings = findings;
    this.expressions = new Expressions(findings);
    this.flow = new Flow(findings);
    this.calls = new CallReader(findings, functions);
  }

  private static Map<String, String> refused() {
    Map<String, String> refused = new LinkedHashMap<>();
    refused.put("try", "a function may have a retry policy in use.functions");
    for (String key : List.of("raise", "wait", "listen", "emit", "run", "timeout", "export")) {
      refused.put(key, "");
    }
    return refused;
  }

  /**
   * Where a list stands.
   *
   * @param owner id of the task that holds it; 0 for the composition
   * @param place JSON pointer of the list
   * @param variables of the loops around it, and {@code input}
   * @param isInFork whether a fork is around it
   * @param isBranches whether its tasks run side by side
   */
  private record Scope(
      int owner, String place, SortedSet<String> variables, boolean isInFork, boolean isBranches) {}

  /** The list of the composition itself; empty if anything in it is wrong. */
  Optional<Tasks> readRoot(Marked value) {
    SortedSet<String> variables = new TreeSet<>(List.of("input"));
    return tasks(value, "do", new Scope(0, "/do", variables, false, false));
  }

  private Optional<Tasks> tasks(Marked value, String what, Scope scope) {
    Optional<Marked.Items> items = findings.list(value, "'" + what + "'");
    if (items.isEmpty()) {
      return Optional.empty();
    }
    List<Marked.Field> named = new ArrayList<>();
    items.get().items().forEach(item -> named(item).ifPresent(named::add));
    requireDistinct(named);
    List<String> names = named.stream().map(Marked.Field::key).toList();
    List<Task> tasks = new ArrayList<>();
    for (int position = 0; position < named.size(); position++) {
      Marked.Field field = named.get(position);
      task(field, position, scope, names).ifPresent(tasks::add);
    }
    if (tasks.size() < items.get().items().size()) {
      return Optional.empty();
    }
    if (!scope.isBranches()) {
      flow.requireReachable(tasks, named);
    }
    return Optional.of(new Tasks(scope.owner(), tasks));
  }

  private Optional<Marked.Field> named(Marked item) {
    Optional<Marked.Fields> fields = findings.object(item, "a task");
    if (fields.isPresent() && fields.get().fields().size() != 1) {
      findings.add(
          item,
          "an item of a list of tasks has one key, the task's name, found "
              + fields.get().fields().size()
              + " keys",
          "indent what belongs to the task below its name");
      return Optional.empty();
    }
    return fields.map(present -> present.fields().get(0));
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

  private Optional<Task> task(Marked.Field field, int position, Scope scope, List<String> names) {
    String where = "task '" + field.key() + "'";
    Optional<Marked.Fields> object = findings.object(field.value(), where);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    lastId++;
    int id = lastId;
    Marked.Fields fields = object.get();
    Optional<String> kind = kind(field, fields, where);
    String place = scope.place() + "/" + position + "/" + field.key();
    Scope here =
        new Scope(id, place, scope.variables(), scope.isInFork() || scope.isBranches(), false);
    Optional<Query> condition = Optional.empty();
    Optional<Marked> written = fields.get("if");
    boolean isWhole = kind.isPresent();
    if (written.isPresent()) {
      condition = expressions.query(written.get(), "if", scope.variables());
      isWhole &= condition.isPresent();
    }
    SortedSet<String> beforeInput = new TreeSet<>(scope.variables());
    beforeInput.remove("input");
    Optional<Template> from = filter(fields, "input", "from", where, beforeInput);
    Optional<Template> as = filter(fields, "output", "as", where, scope.variables());
    Optional<Next> then =
        fields
            .get("then")
            .map(value -> flow.next(value, names, here.isInFork(), scope.isBranches()))
            .orElse(Optional.of(new Next.Continue()));
    Optional<Work> work = kind.flatMap(present -> work(present, fields, where, here, names, scope));
    if (!isWhole || then.isEmpty() || work.isEmpty()) {
      return Optional.empty();
    }
    boolean keepsInput = as.isPresent() && as.get().mentions("input");
    return Optional.of(
        new Task(
            id,
            field.key(),
            place,
            position,
            condition,
            from,
            as,
            keepsInput,
            then.get(),
            work.get()));
  }

  /** Which of the known works the task does; reports everything that is not of it. */
  private Optional<String> kind(Marked.Field field, Marked.Fields fields, String where) {
    List<String> kinds = new ArrayList<>();
    for (String work : WORKS) {
      boolean isBody = work.equals("do") && fields.get("for").isPresent();
      if (fields.get(work).isPresent() && !isBody) {
        kinds.add(work);
      }
    }
    Set<String> known = new LinkedHashSet<>(WORKS);
    known.addAll(BASE);
    if (fields.get("call").isPresent()) {
      known.add("with");
    }
    Map<String, String> refused = new LinkedHashMap<>(REFUSED);
    if (fields.get("try").isPresent()) {
      known.add("catch");
    }
    if (fields.get("for").isPresent()) {
      refused.put("while", "");
    }
    findings.requireKeys(fields, where, known, refused);
    boolean isOdd =
        fields.fields().stream()
            .anyMatch(each -> !BASE.contains(each.key()) && !WORKS.contains(each.key()));
    if (kinds.isEmpty() && !isOdd) {
      findings.add(field, where + " does nothing", "expected one of: " + String.join(", ", WORKS));
    }
    if (kinds.size() > 1) {
      findings.add(
          field,
          where + " cannot be '" + String.join("' and '", kinds) + "' at once",
          "make two tasks of it");
    }
    return kinds.size() == 1 ? Optional.of(kinds.get(0)) : Optional.empty();
  }

  /** {@code input.from} or {@code output.as}, of a task or of the composition. */
  Optional<Template> filter(
      Marked.Fields fields, String side, String key, String where, SortedSet<String> variables) {
    Optional<Marked.Fields> inner =
        fields.get(side).flatMap(value -> findings.object(value, where + "." + side));
    if (inner.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(
        inner.get(), where + "." + side, List.of(key), Map.of("schema", "values are not checked"));
    return inner
        .get()
        .get(key)
        .flatMap(value -> expressions.filter(value, side + "." + key, variables));
  }

  private Optional<Work> work(
      String kind,
      Marked.Fields fields,
      String where,
      Scope here,
      List<String> names,
      Scope around) {
    Marked value = fields.get(kind).orElse(fields);
    return switch (kind) {
      case "do" -> tasks(value, "do", at(here, "/do", here.variables())).map(Work.Do::new);
      case "set" -> set(value, here);
      case "switch" -> choice(value, where, here, names, around.isBranches());
      case "for" -> loop(value, fields, where, here);
      case "fork" -> fork(value, where, here);
      default -> calls.read(value, fields, where, here.variables());
    };
  }

  private static Scope at(Scope here, String list, SortedSet<String> variables) {
    return new Scope(here.owner(), here.place() + list, variables, here.isInFork(), false);
  }

  private Optional<Work> set(Marked value, Scope here) {
    if (value instanceof Marked.Fields fields && fields.fields().isEmpty()) {
      findings.add(value, "'set' needs at least one field", "");
      return Optional.empty();
    }
    boolean isString = value instanceof Marked.Scalar scalar && scalar.value().isTextual();
    if (!isString && !(value instanceof Marked.Fields)) {
      findings.add(value, "'set' must be an object or an expression, found " + value.kind(), "");
      return Optional.empty();
    }
    return expressions.filter(value, "set", here.variables()).map(Work.Set::new);
  }

  private Optional<Work> choice(
      Marked value, String where, Scope here, List<String> names, boolean isBranch) {
    Optional<Marked.Items> items = findings.list(value, where + ".switch");
    if (items.isEmpty()) {
      return Optional.empty();
    }
    List<Case> cases = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    boolean hasDefault = false;
    for (Marked item : items.get().items()) {
      Optional<Marked.Field> named = named(item);
      if (named.isPresent() && !seen.add(named.get().key())) {
        findings.add(named.get(), "a case '" + named.get().key() + "' stands twice", "");
      }
      if (named.isPresent() && hasDefault) {
        findings.add(
            named.get(),
            "case '" + named.get().key() + "' is never reached: a case without 'when' is before it",
            "put the default case last");
      }
      Optional<Case> read = named.flatMap(field -> option(field, here, names, isBranch));
      read.ifPresent(cases::add);
      hasDefault |= read.isPresent() && read.get().when().isEmpty();
    }
    return cases.size() == items.get().items().size()
        ? Optional.of(new Work.Switch(cases))
        : Optional.empty();
  }

  private Optional<Case> option(
      Marked.Field field, Scope here, List<String> names, boolean isBranch) {
    String where = "case '" + field.key() + "'";
    Optional<Marked.Fields> fields = findings.object(field.value(), where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("when", "then"), Map.of());
    Optional<Marked> when = fields.get().get("when");
    Optional<Query> query =
        when.flatMap(value -> expressions.query(value, "when", here.variables()));
    Optional<Next> then =
        findings
            .required(fields.get(), "then", where)
            .flatMap(value -> flow.next(value, names, here.isInFork(), isBranch));
    return then.isEmpty() || when.isPresent() != query.isPresent()
        ? Optional.empty()
        : Optional.of(new Case(field.key(), query, then.get()));
  }

  private Optional<Work> loop(Marked value, Marked.Fields task, String where, Scope here) {
    Optional<Marked.Fields> fields = findings.object(value, where + ".for");
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where + ".for", List.of("each", "in", "at"), Map.of());
    Optional<String> each = variable(fields.get(), "each", "item");
    Optional<String> at = variable(fields.get(), "at", "index");
    if (each.isPresent() && each.equals(at)) {
      findings.add(fields.get(), "'each' and 'at' are both '" + each.get() + "'", "");
    }
    Optional<Template> in =
        findings
            .required(fields.get(), "in", where + ".for")
            .flatMap(list -> expressions.filter(list, "for.in", here.variables()));
    SortedSet<String> variables = new TreeSet<>(here.variables());
    each.ifPresent(name -> variables.add(name));
    at.ifPresent(name -> variables.add(name));
    Optional<Tasks> body =
        findings
            .required(task, "do", where)
            .flatMap(list -> tasks(list, "do", at(here, "/do", variables)));
    return each.isEmpty() || at.isEmpty() || in.isEmpty() || body.isEmpty()
        ? Optional.empty()
        : Optional.of(new Work.For(each.get(), at.get(), in.get(), body.get()));
  }

  private Optional<String> variable(Marked.Fields fields, String key, String otherwise) {
    Optional<Marked> value = fields.get(key);
    if (value.isEmpty()) {
      return Optional.of(otherwise);
    }
    Optional<String> name = findings.string(value.get(), "for." + key);
    if (name.isPresent() && !name.get().matches("[A-Za-z_][A-Za-z0-9_]{0,62}")) {
      findings.add(
          value.get(),
          "for." + key + " '" + name.get() + "' is not the name of a variable",
          "expected a letter or '_', then letters, digits or '_', without '$'");
      return Optional.empty();
    }
    if (name.isPresent() && Query.RESERVED.contains(name.get())) {
      findings.add(
          value.get(), "for." + key + " cannot be '" + name.get() + "', which has a meaning", "");
      return Optional.empty();
    }
    return name;
  }

  private Optional<Work> fork(Marked value, String where, Scope here) {
    Optional<Marked.Fields> fields = findings.object(value, where + ".fork");
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where + ".fork", List.of("branches", "compete"), Map.of());
    Optional<Marked.Field> compete = fields.get().field("compete");
    boolean competes = compete.isPresent() && compete.get().value().value().asBoolean();
    if (competes) {
      findings.add(
          compete.get(),
          "'compete: true' is not supported yet in " + where,
          "it comes with a later release");
    } else if (compete.isPresent() && !compete.get().value().value().isBoolean()) {
      findings.add(
          compete.get().value(),
          "fork.compete must be true or false, found " + compete.get().value().kind(),
          "");
    }
    Optional<Marked> branches = findings.required(fields.get(), "branches", where + ".fork");
    if (branches.isPresent()
        && branches.get() instanceof Marked.Items items
        && items.items().size() > MAX_BRANCHES) {
      findings.add(
          branches.get(), where + " has more than " + MAX_BRANCHES + " branches", "nest forks");
    }
    Scope inside =
        new Scope(here.owner(), here.place() + "/fork/branches", here.variables(), true, true);
    return branches.flatMap(list -> tasks(list, "branches", inside)).map(Work.Fork::new);
  }
}
