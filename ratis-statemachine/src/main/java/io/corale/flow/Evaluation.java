package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.corale.flow.jq.Budget;
import io.corale.flow.jq.ExpressionFailure;
import io.corale.flow.schema.JsonSchema;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.BranchView.Context;
import io.corale.scheduler.BranchView.Moment;
import io.corale.scheduler.Transition.Guard;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * One evaluation of the interpreter: what it knows of the invocation, what it may still spend, and
 * the context as it reads and replaces it.
 *
 * <p>Confined to one thread.
 */
final class Evaluation {
  /**
   * Tasks that run without a waiting point between them before others get a turn: some
   * milliseconds.
   */
  static final int MAX_TASKS = 10_000;

  /**
   * Turns that a branch may give to others before it waits for something. Ten million tasks that
   * lead nowhere are a loop that never ends.
   */
  static final int MAX_TURNS = 1_000;

  /**
   * How much a turn may emit before its last task; that task's event, and what the branch
   * remembers, must still fit into the log entry.
   */
  private static final int TURN_EMITTED_BYTES = 12 * 1024;

  /** How much of the steps for expressions one turn may use; the rest is for its last task. */
  private static final long TURN_STEPS = Budget.MAX_STEPS / 2;

  private final Composition composition;
  private final Plan plan;
  private final Occasion occasion;
  private final Budget budget;
  private final Budget budgetOfCatches;
  private final Ranks ranks;
  private final Variables variables;
  private final Steps steps;
  private Optional<JsonNode> context = Optional.empty();
  private boolean hasReplacedContext;
  private boolean isCatching;
  private boolean hasCaught;
  private final List<Integer> over = new ArrayList<>();
  private int tasks;

  /** In which invocation, at which branch and step, with which context, and when. */
  record Occasion(InvocationId invocation, Guard at, Context context, Moment moment) {}

  Evaluation(Composition composition, Plan plan, Occasion occasion) {
    this.composition = composition;
    this.plan = plan;
    this.occasion = occasion;
    this.steps = new Steps(plan.mostPayloadBytes());
    Instant now = Instant.ofEpochMilli(occasion.moment().wallMillis());
    this.budget = new Budget(plan::isAbandoned, now);
    this.budgetOfCatches = new Budget(plan::isAbandoned, now);
    this.ranks = new Ranks(composition, plan);
    this.variables =
        new Variables(composition, occasion.invocation(), occasion.moment().acceptedWallMillis());
  }

  Composition composition() {
    return composition;
  }

  Plan plan() {
    return plan;
  }

  Ranks ranks() {
    return ranks;
  }

  Steps steps() {
    return steps;
  }

  Moment moment() {
    return occasion.moment();
  }

  /** Whether this line should give others a turn before its next task. */
  boolean isTurnOver(Line line, boolean isInside) {
    int share = isInside ? 2 : 1;
    long spent = budget.spent() + budgetOfCatches.spent();
    return tasks >= share * MAX_TASKS
        || spent > TURN_STEPS * (share + 1) / 2
        || steps.emittedBytes() > TURN_EMITTED_BYTES;
  }

  /**
   * An id for an event that no other event has: it is emitted once, whoever evaluates it. When the
   * invocation was accepted tells it from those of earlier invocations of its id.
   */
  String nextEventId() {
    Guard at = occasion.at();
    int number = steps.emittedCount();
    return occasion.invocation()
        + "/"
        + occasion.moment().acceptedWallMillis()
        + "/"
        + at.branch()
        + "."
        + at.step()
        + "."
        + number;
  }

  /**
   * Whether what is evaluated now decides on an error. That has a budget of its own, for the error
   * may be that a task has used up the other.
   */
  void catching(boolean isCatching) {
    this.isCatching = isCatching;
  }

  /** An error was caught, or made way for one of what was to catch it. */
  void caught() {
    hasCaught = true;
  }

  /** An error has left the attempt that this timer of the branch limits. */
  void left(int timer) {
    over.add(timer);
  }

  /** The timers of attempts that errors have left. */
  List<Integer> over() {
    return List.copyOf(over);
  }

  /** Whether one was. */
  boolean hasCaught() {
    return hasCaught;
  }

  void countTask(Task task) throws Faulted {
    tasks++;
    if (plan.isAbandoned()) {
      throw new Faulted(
          Faulted.Kind.FINAL,
          Problem.timeout("the evaluation takes longer than it may", task.place()));
    }
  }

  /** Notes that the line gives others a turn; leaves the evaluation after too many. */
  void countTurn(Line line, Task task) throws Faulted {
    line.turns++;
    if (line.turns > MAX_TURNS) {
      throw new Faulted(
          Faulted.Kind.FINAL,
          Problem.configuration(
              "more than "
                  + MAX_TURNS
                  + " times "
                  + MAX_TASKS
                  + " tasks ran without anything to wait for between them; this loop has no end",
              task.place()));
    }
  }

  JsonNode fill(Template template, JsonNode on, Sight sight, String place) throws Faulted {
    try {
      Budget spent = isCatching ? budgetOfCatches : budget;
      return requireFlat(template.fill(on, seen(template, sight), spent), place);
    } catch (ExpressionFailure e) {
      throw new Faulted(Problem.expression(e.reason(), place));
    }
  }

  /** As {@link #fill}, from a budget of its own; a failure says what is wrong with the value. */
  JsonNode tried(Template template, JsonNode on, Sight sight, Budget own)
      throws Faulted, ExpressionFailure {
    return template.fill(on, seen(template, sight), own);
  }

  /** A budget for one of so many that must not spend what the others need. */
  Budget share(int shares) {
    return budget.share(shares);
  }

  private SortedMap<String, JsonNode> seen(Template template, Sight sight) throws Faulted {
    SortedMap<String, JsonNode> seen = variables.of(template, sight);
    if (template.mentions("context")) {
      seen.put("context", context());
    }
    return seen;
  }

  /** Leaves the evaluation where a value that was put together is nested too deep. */
  static JsonNode requireFlat(JsonNode value, String place) throws Faulted {
    if (Json.isTooDeep(value)) {
      throw new Faulted(
          Problem.validation(
              "the value is nested deeper than " + Json.MAX_DEPTH + " levels", place));
    }
    return value;
  }

  /** Leaves the evaluation where a value is not as its schema demands. */
  void require(Optional<JsonSchema> schema, JsonNode value, String place) throws Faulted {
    List<String> violations = schema.isPresent() ? schema.get().violations(value) : List.of();
    if (!violations.isEmpty()) {
      throw new Faulted(Problem.validation(String.join("; ", violations), place));
    }
  }

  /** Whether a condition holds: anything but false and null does, as in jq. */
  boolean holds(Template condition, JsonNode on, Sight sight, String place) throws Faulted {
    JsonNode value = fill(condition, on, sight, place);
    return !value.isNull() && !(value.isBoolean() && !value.booleanValue());
  }

  long micros(Span span, JsonNode on, Sight sight, String place) throws Faulted {
    if (span instanceof Span.Fixed fixed) {
      return fixed.micros();
    }
    Span.Computed computed = (Span.Computed) span;
    JsonNode value = fill(computed.template(), on, sight, place);
    Optional<Duration> duration =
        Durations.of(value).filter(each -> each.compareTo(Durations.MOST_OF_A_SPAN) <= 0);
    if (duration.isEmpty()
        || duration.get().isNegative()
        || Implementation.micros(duration.get()) < computed.leastMicros()) {
      throw new Faulted(
          Problem.expression(
              "this must give a duration such as \"PT5S\" or {\"seconds\": 5}, it gave: "
                  + Json.write(value),
              place));
    }
    return Implementation.micros(duration.get());
  }

  private JsonNode context() throws Faulted {
    if (context.isEmpty()) {
      Payload known = occasion.context().value();
      context = Json.read(known);
      if (context.isEmpty()) {
        throw new Faulted(Problem.validation("the context is not JSON: " + known, ""));
      }
    }
    return context.orElse(NullNode.instance);
  }

  void export(JsonNode value, String place) throws Faulted {
    Payload written = Json.write(value);
    steps.requireFit(written, "the context is", place);
    steps.reserve(written.standingBytes(), place);
    context = Optional.of(value);
    hasReplacedContext = true;
  }

  /** The context, if it was replaced. */
  Optional<Payload> exported() {
    return hasReplacedContext ? context.map(Json::write) : Optional.empty();
  }

  /** The version of the context, if it was read or replaced. */
  OptionalLong contextVersion() {
    return context.isPresent()
        ? OptionalLong.of(occasion.context().version())
        : OptionalLong.empty();
  }

  /** A place to which {@link #restore} returns. */
  record Mark(
      Steps.Mark steps, int reserved, Optional<JsonNode> context, boolean hasReplacedContext) {}

  Mark mark() {
    return new Mark(steps.mark(), steps.reserved(), context, hasReplacedContext);
  }

  /** As if nothing had been evaluated since; only what was read stays read. */
  void restore(Mark mark) {
    steps.rollBack(mark.steps());
    steps.reserveAgain(mark.reserved());
    hasReplacedContext = mark.hasReplacedContext();
    context =
        context.isPresent() && mark.context().isEmpty()
            ? Json.read(occasion.context().value())
            : mark.context();
  }
}
