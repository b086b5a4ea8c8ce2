package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.EventFilter.Correlation;
import io.corale.flow.Line.Heritage;
import io.corale.flow.Line.Origin;
import io.corale.flow.Listening.Count;
import io.corale.flow.Listening.Strategy;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.BranchView.Context;
import io.corale.scheduler.BranchView.Moment;
import io.corale.scheduler.Command.Compared.Verdict;
import io.corale.scheduler.Consumption.Part;
import io.corale.scheduler.Mail;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Transition.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Says whether an event is for the schedule that has heard it, and to which of the sets that are
 * not whole it belongs: pure, on any thread. The expressions of a filter are evaluated once for the
 * event, however many sets there are, and each filter has its share of the budget.
 */
public final class Comparison {
  private final Strategy strategy;
  private final List<Optional<SortedMap<String, JsonNode>>> found = new ArrayList<>();

  private Comparison(Strategy strategy) {
    this.strategy = strategy;
  }

  /**
   * Compares the event that this schedule heard first, which must be there.
   *
   * @param wallMillis {@code now} of its expressions
   */
  public static Verdict of(Composition composition, Schedule schedule, long wallMillis, Plan plan) {
    Mail mail = schedule.compares().orElseThrow();
    Optional<Strategy> strategy = composition.schedule().flatMap(Scheduling::events);
    if (strategy.isEmpty()
        || !(Json.read(mail.event().content()).orElse(null) instanceof ObjectNode event)) {
      return new Verdict.Failed();
    }
    Comparison comparison = new Comparison(strategy.get());
    try {
      comparison.evaluate(new Evaluation(composition, plan, occasion(schedule, wallMillis)), event);
      return comparison.verdict(schedule.consumption().parts());
    } catch (Faulted e) {
      return new Verdict.Failed();
    }
  }

  private static Evaluation.Occasion occasion(Schedule schedule, long wallMillis) {
    InvocationId next = InvocationId.scheduled(schedule.name(), schedule.counts().begun() + 1);
    return new Evaluation.Occasion(next, new Guard(0, 0), Context.NONE, new Moment(wallMillis, 0));
  }

  /** Which filters the event fits, and what it is correlated by there. */
  private void evaluate(Evaluation evaluation, ObjectNode event) throws Faulted {
    Heritage nothing =
        new Heritage(new TreeMap<>(), new Origin(Optional.empty(), Optional.empty()), 0);
    Line line = new Line(0, nothing, new TreeSet<>());
    for (EventFilter filter : strategy.filters()) {
      Matches matches = Matches.ofSchedule(evaluation, line, strategy.filters().size());
      found.add(matches.fits(filter, event, new TreeMap<>()));
    }
  }

  /** The oldest set that lacks such an event, or a new one. */
  private Verdict verdict(List<Part> parts) throws Faulted {
    for (Part part : strategy.count() == Count.ALL ? parts : List.<Part>of()) {
      Optional<Verdict> taken = taken(part.filters(), part.sequence(), expected(part));
      if (taken.isPresent()) {
        return taken.get();
      }
    }
    return taken(List.of(), Verdict.Taken.NEW, new TreeMap<>()).orElse(new Verdict.Passed());
  }

  private static SortedMap<String, JsonNode> expected(Part part) throws Faulted {
    SortedMap<String, JsonNode> expected = new TreeMap<>();
    JsonNode object = Signals.parse(part.expected(), "what is expected", "/schedule/on");
    object.properties().forEach(each -> expected.put(each.getKey(), each.getValue()));
    return expected;
  }

  private Optional<Verdict> taken(
      List<Integer> met, long part, SortedMap<String, JsonNode> expected) {
    for (int i = 0; i < found.size(); i++) {
      Optional<SortedMap<String, JsonNode>> values = found.get(i);
      if (values.isPresent()
          && !met.contains(i)
          && agrees(strategy.filters().get(i), values.get(), expected)) {
        return Optional.of(verdict(part, i, values.get(), expected));
      }
    }
    return Optional.empty();
  }

  /** A correlation that expects a constant was compared with that already. */
  private static boolean agrees(
      EventFilter filter,
      SortedMap<String, JsonNode> values,
      SortedMap<String, JsonNode> expected) {
    for (Map.Entry<String, Correlation> each : filter.correlations().entrySet()) {
      JsonNode wanted = expected.get(each.getKey());
      JsonNode value = values.get(each.getKey());
      if (each.getValue().expect().isEmpty()
          && wanted != null
          && value != null
          && !Matches.isSame(wanted, value)) {
        return false;
      }
    }
    return true;
  }

  private static Verdict verdict(
      long part,
      int filter,
      SortedMap<String, JsonNode> values,
      SortedMap<String, JsonNode> known) {
    ObjectNode expected = JsonNodeFactory.instance.objectNode();
    known.forEach(expected::set);
    values.forEach(expected::set);
    Payload written = Json.write(expected);
    return written.fitsInline() ? new Verdict.Taken(part, filter, written) : new Verdict.Failed();
  }
}
