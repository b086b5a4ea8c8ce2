package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.Frame.Data;
import io.corale.flow.Frame.Progress;
import io.corale.flow.Move.Halt;
import io.corale.flow.Work.Case;
import io.corale.scheduler.Transition.Step;
import java.util.List;

/**
 * Walks a line through the tree of tasks until it waits or ends.
 *
 * <pre>
 * enter:  raw input -> if -> input.from -> the work
 * leave:  output of the work -> output.as -> export.as -> then -> enter the next task, or leave the
 *         one around
 * </pre>
 *
 * A task that its {@code if} skips hands on its raw input to the next of the list, whatever its
 * {@code then} says. The walk is a loop, not a recursion: only forks nest.
 */
final class Walk {
  private final Evaluation evaluation;
  private final Calls calls;
  private final Runs runs;
  private final Errors errors;
  private final Unwinding unwinding;
  private final Loops loops;
  private final Forks forks;
  private final Extensions extensions;
  private final Listens listens;
  private final Emits emits;

  Walk(Evaluation evaluation) {
    this.evaluation = evaluation;
    this.calls = new Calls(evaluation);
    this.runs = new Runs(evaluation);
    this.errors = new Errors(evaluation);
    this.unwinding = new Unwinding(evaluation, errors, this);
    this.loops = new Loops(evaluation, this);
    this.forks = new Forks(evaluation, this);
    this.extensions = new Extensions(evaluation, this);
    this.listens = new Listens(evaluation, this);
    this.emits = new Emits(evaluation);
  }

  /** How the line that is evaluated goes on from here. */
  Halt run(Line line, Move first) throws Faulted {
    Move move = first;
    while (!(move instanceof Move.Stop)) {
      move = next(line, move, line.number < 0);
    }
    return ((Move.Stop) move).halt();
  }

  private Move next(Line line, Move move, boolean isInside) throws Faulted {
    Steps.Mark mark = evaluation.steps().mark();
    try {
      if (move instanceof Move.Enter enter) {
        return evaluation.isTurnOver(line, isInside) ? turn(line, enter) : enter(line, enter);
      }
      if (move instanceof Move.Again) {
        return unwinding.attempt(line, (Work.Try) line.top().task().work());
      }
      if (move instanceof Move.Hear hear) {
        return listens.heard(line, hear.event());
      }
      return move instanceof Move.Leave leave ? leave(line, leave) : raise((Move.Raise) move);
    } catch (Faulted e) {
      evaluation.steps().undo(mark);
      if (isInside && e.kind() == Faulted.Kind.OVERFLOW) {
        throw e; // The fork around it may write less, so nothing in here may take it for an error.
      }
      return unwinding.unwind(line, e);
    }
  }

  private static Move raise(Move.Raise raise) throws Faulted {
    throw new Faulted(raise.problem());
  }

  private Move turn(Line line, Move.Enter enter) throws Faulted {
    evaluation.countTurn(line, enter.task());
    Memory.Turn turn = new Memory.Turn(enter.task(), enter.raw());
    String place = enter.task().place();
    evaluation.steps().remember(line, Memory.write(line, turn), place);
    evaluation.steps().add(new Step.Yield(line.number), place);
    return new Move.Stop(new Halt.Waits());
  }

  private Move enter(Line line, Move.Enter enter) throws Faulted {
    Task task = enter.task();
    JsonNode raw = enter.raw();
    evaluation.countTask(task);
    long now = evaluation.moment().wallMillis();
    Frame frame = new Frame(task, new Data(raw, raw, now), Frame.ONCE);
    Filters filters = task.filters();
    Sight sight = Sight.beforeInput(line, frame);
    String place = task.place();
    if (filters.condition().isPresent()
        && !evaluation.holds(filters.condition().get(), raw, sight, place + "/if")) {
      return follow(line, task, raw, new Next.Continue());
    }
    evaluation.require(filters.schemas().input(), raw, place + "/input/schema");
    if (filters.from().isPresent()) {
      JsonNode input = evaluation.fill(filters.from().get(), raw, sight, place + "/input/from");
      frame = new Frame(task, new Data(raw, input, now), Frame.ONCE);
    }
    return work(line, frame, task.work());
  }

  /** The work of a task whose input is there. */
  Move work(Line line, Frame frame, Work work) throws Faulted {
    String place = frame.task().place();
    Sight sight = Sight.of(line, frame);
    if (work instanceof Work.Set set) {
      return done(frame, evaluation.fill(set.value(), frame.input(), sight, place + "/set"));
    }
    if (work instanceof Work.Switch choice) {
      return new Move.Leave(frame, frame.input(), choose(frame, choice, sight));
    }
    if (work instanceof Work.Raise raise) {
      throw new Faulted(errors.raised(frame, raise, sight));
    }
    if (work instanceof Work.Do inner) {
      push(line, frame);
      return new Move.Enter(inner.tasks().first(), frame.input());
    }
    if (work instanceof Work.Function function) {
      JsonNode given =
          function.arguments().isPresent()
              ? evaluation.fill(function.arguments().get(), frame.input(), sight, place + "/with")
              : frame.input();
      push(line, frame);
      return new Move.Enter(function.task().first(), given);
    }
    if (work instanceof Work.Try attempt) {
      long age = evaluation.moment().ageMicros();
      push(line, frame.at(new Progress.Attempt(0, age)));
      return unwinding.attempt(line, attempt);
    }
    if (work instanceof Work.For loop) {
      return loops.enter(line, frame, loop);
    }
    if (work instanceof Work.Spread spread) {
      return loops.enter(line, frame, spread);
    }
    if (work instanceof Work.Fork fork) {
      return forks.enter(line, frame, fork);
    }
    if (work instanceof Work.Extended extended) {
      return extensions.enter(line, frame, extended);
    }
    if (work instanceof Work.Wait wait) {
      return pause(line, frame, evaluation.micros(wait.span(), frame.input(), sight, place));
    }
    if (work instanceof Work.Run run) {
      Step step = runs.ask(line, frame, run);
      push(line, frame);
      Move waits = waits(line);
      evaluation.steps().add(step, place);
      return waits;
    }
    if (work instanceof Work.Listen listen) {
      return listens.enter(line, frame, listen.listening());
    }
    if (work instanceof Work.Emit emit) {
      return emits.emit(line, frame, emit);
    }
    if (work instanceof Work.Elsewhere elsewhere) {
      calls.ask(line, frame, elsewhere.call(), "/run/workflow/input");
    } else {
      calls.ask(line, frame, (Work.Call) work, "/with");
    }
    push(line, frame);
    return waits(line);
  }

  private Move pause(Line line, Frame frame, long micros) throws Faulted {
    if (micros == 0) {
      return done(frame, frame.input());
    }
    push(line, frame);
    line.want(Timers.Kind.PAUSE, micros);
    return waits(line);
  }

  /** Makes a task the innermost of its line, with its timeout. */
  void push(Line line, Frame frame) throws Faulted {
    Task task = frame.task();
    if (task.timeout().isEmpty()) {
      line.push(frame);
      return;
    }
    Timeout timeout = task.timeout().get();
    String place = timeout.place(task.place());
    long micros = evaluation.micros(timeout.after(), frame.input(), Sight.of(line, frame), place);
    line.push(frame);
    line.want(Timers.Kind.TIMEOUT, micros);
  }

  /** Remembers the line, whose innermost task waits for something. */
  Move waits(Line line) throws Faulted {
    evaluation.steps().remember(line, Memory.write(line), line.top().task().place());
    return new Move.Stop(new Halt.Waits());
  }

  static Move done(Frame frame, JsonNode output) {
    return new Move.Leave(frame, output, frame.task().then());
  }

  private Next choose(Frame frame, Work.Switch choice, Sight sight) throws Faulted {
    for (Case option : choice.cases()) {
      String place = frame.task().place() + "/switch/" + option.place() + "/when";
      if (option.when().isEmpty()
          || evaluation.holds(option.when().get(), frame.input(), sight, place)) {
        return option.then();
      }
    }
    return frame.task().then();
  }

  private Move leave(Line line, Move.Leave leave) throws Faulted {
    Task task = leave.frame().task();
    JsonNode output = leave.output();
    Sight sight = Sight.of(line, leave.frame()).given(output);
    if (task.filters().as().isPresent()) {
      String place = task.place() + "/output/as";
      output = evaluation.fill(task.filters().as().get(), output, sight, place);
    }
    evaluation.require(task.filters().schemas().output(), output, task.place() + "/output/schema");
    if (task.filters().export().isPresent()) {
      export(task, task.filters().export().get(), output, sight.exporting(output));
    }
    return follow(line, task, output, leave.next());
  }

  private void export(Task task, Template export, JsonNode output, Sight sight) throws Faulted {
    String place = task.place() + "/export";
    JsonNode context = evaluation.fill(export, output, sight, place + "/as");
    evaluation.require(task.filters().schemas().export(), context, place + "/schema");
    evaluation.export(context, place + "/as");
  }

  /** From a task that is done to the next one, or out of the list. */
  private Move follow(Line line, Task task, JsonNode output, Next next) throws Faulted {
    if (evaluation.composition().isExtended(task)) {
      return extensions.worked(line, output, next);
    }
    if (next instanceof Next.End) {
      return new Move.Stop(new Halt.EndedAll(output));
    }
    List<Task> list = evaluation.composition().listOf(task).list();
    if (next instanceof Next.To to) {
      return new Move.Enter(list.get(to.position()), output);
    }
    boolean isBranch = evaluation.composition().isBranch(task);
    if (next instanceof Next.Continue && !isBranch && task.position() + 1 < list.size()) {
      return new Move.Enter(list.get(task.position() + 1), output);
    }
    return line.depth() == 0
        ? new Move.Stop(new Halt.Ended(output))
        : around(line, output, next instanceof Next.Exit);
  }

  /**
   * Out of a list, into the task that holds it. What is run for an item or an event is a list of
   * its own each time: whoever exits leaves that alone.
   */
  private Move around(Line line, JsonNode output, boolean exits) throws Faulted {
    if (line.top().progress() instanceof Progress.Loop) {
      return loops.next(line, output);
    }
    if (Extensions.isAround(line.top().progress())) {
      return extensions.around(line, output, exits);
    }
    if (line.top().progress() instanceof Progress.Attentive) {
      return listens.next(line, output);
    }
    Frame holder = line.pop();
    return holder.progress() instanceof Progress.Caught
        ? Unwinding.handled(holder, output)
        : done(holder, output);
  }
}
