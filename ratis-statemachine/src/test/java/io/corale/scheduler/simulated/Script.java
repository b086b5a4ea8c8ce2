package io.corale.scheduler.simulated;

import io.corale.model.AccountId;
import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Branch;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Command.Compared.Verdict;
import io.corale.scheduler.Mail;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Subscription;
import io.corale.scheduler.Timing;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Uncaught;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The interpreter of {@link Program}s: pure, as the real one is.
 *
 * <p>A branch remembers {@code calls;tickets;last;rest}: what it has done so far and the program
 * that remains, which begins with a sign of what the branch waits for. A signal that does not fit
 * it, and a list that comes back in another order, fault the invocation, which no program expects.
 */
final class Script {
  static final AccountId PRIME = new AccountId("prime");
  static final AccountId CHEAP = new AccountId("cheap");

  /** How a branch fails where its program says so. */
  static final Problem FAILURE = Problem.validation("as the program says", "/do");

  /** For waits and limits: from at once to longer than most of what is limited. */
  static final List<Duration> TIMES =
      List.of(
          Duration.ZERO,
          Duration.ofMillis(1),
          Duration.ofMillis(40),
          Duration.ofMillis(150),
          Duration.ofMillis(600),
          Duration.ofSeconds(4));

  /** What a schedule runs. */
  static final String SCHEDULED = "ab.3";

  /** Further in than any limit. */
  static final int WAIT = 9;

  /** Further in than any limit of the branch that hears. */
  static final int EAR = 5;

  private static final String ADDRESSED = "addressed";
  private static final String FOR_RIVALS = "rivals";
  private static final String EMITTED = "emitted";
  private static final String TRIGGER = "trigger";

  private Script() {}

  static Event addressed(InvocationId to, int number) {
    return event(String.valueOf(number), "/callers/" + to, ADDRESSED);
  }

  static Event forRivals(InvocationId to, int number) {
    return event("rivals" + number, "/callers/" + to, FOR_RIVALS);
  }

  static Event emitted(String id) {
    return event(id, "/script", EMITTED);
  }

  /** What begins an invocation, if it {@link #triggers} where only the interpreter can tell. */
  static Event trigger(int number) {
    return event(String.valueOf(number), "/callers", TRIGGER);
  }

  /** As many filters as that, all of the same names. */
  static Timing triggered(int filters, boolean isExact) {
    Subscription to = new Subscription(Optional.of(TRIGGER), Optional.empty(), Optional.empty());
    return new Timing.On(filters > 1, Collections.nCopies(filters, to), isExact);
  }

  /** Every third is for nobody, and the others are alike. */
  static boolean triggers(String id) {
    return Integer.parseInt(id) % 3 != 0;
  }

  /** Whether an event is for a schedule. */
  static Verdict compared(Schedule schedule) {
    Mail mail = schedule.compares().orElseThrow();
    if (!triggers(mail.event().id())) {
      return new Verdict.Passed();
    }
    boolean isAll = ((Timing.On) schedule.plan().timing()).isAll();
    return schedule.consumption().parts().stream()
        .filter(part -> isAll)
        .findFirst()
        .map(part -> new Verdict.Taken(part.sequence(), part.filters().size(), Payload.NULL))
        .orElse(new Verdict.Taken(Verdict.Taken.NEW, 0, Payload.NULL));
  }

  private static Event event(String id, String source, String type) {
    return new Event(id, source, type, "", Payload.ofJson("\"" + id + "\""));
  }

  static List<Subscription> to(char sign) {
    String type = sign == '`' ? ADDRESSED : sign == '*' ? FOR_RIVALS : EMITTED;
    return List.of(new Subscription(Optional.of(type), Optional.empty(), Optional.empty()));
  }

  /** The transition with which an invocation of a program begins. */
  static Transition begin(InvocationId id, Program program) {
    return new ScriptWriter(id, new Guard(0, 0), BranchView.Context.NONE)
        .run(Counts.NONE, program.text());
  }

  /** Whether what this branch does next reads all branches of its invocation. */
  static boolean readsAll(BranchView branch) {
    return Luggage.plain(branch.state()).startsWith("\"*");
  }

  /** What a branch does next; {@code all} branches of its invocation where it reads them. */
  static Transition advance(BranchView branch, Signal signal, List<Branch> all) {
    Guard at = new Guard(branch.branch(), branch.step());
    ScriptWriter writer = new ScriptWriter(branch.invocation(), at, branch.context());
    if (signal instanceof Signal.Begun begun) {
      return writer.run(Counts.NONE, text(begun));
    }
    Position position = Position.of(branch.state());
    if (signal instanceof Signal.Heard heard && !position.wants(heard.event())) {
      return writer.pass();
    }
    Optional<Position> next = position.after(signal);
    if (next.isEmpty()) {
      return signal instanceof Signal.Failed failed
          ? position.failed(writer.fail(failed.problem()))
          : writer.fault("a signal out of place: " + signal + " at " + branch.state().json());
    }
    Counts counts = next.get().counts;
    if (readsAll(branch)) {
      long ticket = 1 + all.stream().mapToLong(Script::lastTicket).max().orElse(0);
      counts = counts.plus(new Counts(0, ticket, ticket));
      all.stream()
          .filter(b -> b.output().isEmpty() && b.key().number() != branch.branch())
          .forEach(b -> writer.guard(new Guard(b.key().number(), b.step())));
    }
    return writer.run(counts, next.get().rest);
  }

  /** The program with which an invocation is run. */
  static String text(Signal.Begun begun) {
    String input = Luggage.plain(begun.input());
    boolean isScheduled = begun.input().equals(Payload.NULL) || input.startsWith("[");
    return isScheduled ? SCHEDULED : input.replace("\"", "");
  }

  /** What this branch says of tickets: in what it remembers, its output or its signal. */
  private static long lastTicket(Branch branch) {
    Counts counts = Counts.of(branch.output().orElse(branch.state()));
    return branch.pending().isPresent() && branch.pending().get() instanceof Signal.Joined joined
        ? joined(counts, joined).last()
        : counts.last();
  }

  private static Counts joined(Counts counts, Signal.Joined signal) {
    return signal.outputs().stream().map(Counts::of).reduce(counts, Counts::plus);
  }

  /** How far a branch has come. */
  private record Position(Counts counts, String rest) {
    static Position of(Payload state) {
      return new Position(
          Counts.of(state), Luggage.plain(state).replace("\"", "").split(";", 4)[3]);
    }

    /** Nothing in a program catches what a call that it waits for has come to. */
    Transition failed(Transition transition) {
      return rest.charAt(0) == '?' ? transition.uncaught(Uncaught.PLAIN) : transition;
    }

    boolean wants(Event event) {
      return rest.charAt(0) != '`' || event.id().equals(String.valueOf(Program.addressed(rest)));
    }

    /** Where it goes on; empty where it does not expect such a signal. */
    Optional<Position> after(Signal signal) {
      if (signal instanceof Signal.Elapsed elapsed) {
        return elapsed.timer() == WAIT ? on('.', counts) : Optional.of(afterLimit(elapsed.timer()));
      }
      if (signal instanceof Signal.Joined joined) {
        return after(joined);
      }
      if (signal instanceof Signal.Failed failed) {
        Counts lump = counts.withCalls(Counts.LUMP);
        return failed.problem().equals(FAILURE)
            ? on('%', lump).or(() -> on('-', lump)).or(() -> on(':', lump))
            : Optional.empty();
      }
      if (signal instanceof Signal.Heard) {
        Counts one = counts.withCalls(1);
        return on('`', one).or(() -> on('*', one)).or(() -> on(';', one)).or(() -> on('-', one));
      }
      if (signal instanceof Signal.Item item) {
        return item.item().equals(item(item.index()))
            ? on('#', counts).map(p -> p.withIndex(item.index()))
            : Optional.empty();
      }
      if (signal instanceof Signal.Returned returned) {
        return on('?', counts.withCalls(1))
            .or(() -> on(':', counts.plus(Counts.of(returned.result()))))
            .or(() -> on('&', counts));
      }
      return signal instanceof Signal.Resumed ? on('_', counts) : Optional.empty();
    }

    private Optional<Position> on(char sign, Counts counts) {
      return rest.charAt(0) == sign
          ? Optional.of(new Position(counts, rest.substring(1)))
          : Optional.empty();
    }

    private Optional<Position> after(Signal.Joined joined) {
      List<Payload> outputs = joined.outputs();
      return switch (rest.charAt(0)) {
        case '(' -> on('(', Script.joined(counts, joined));
        case '%' -> outputs.size() == 1 ? on('%', counts.withCalls(Counts.LUMP)) : Optional.empty();
        case '=' -> {
          boolean isInOrder = outputs.size() == Character.digit(rest.charAt(1), 10);
          for (int i = 0; i < outputs.size(); i++) {
            isInOrder &= Luggage.plain(outputs.get(i)).endsWith(";" + i + "\"");
          }
          yield isInOrder
              ? on('=', Script.joined(counts, joined))
                  .map(p -> new Position(p.counts, p.rest.substring(1)))
              : Optional.empty();
        }
        default -> Optional.empty();
      };
    }

    /** Behind {@code 'timer,calls,}: as many calls there were before it. */
    private Position afterLimit(int timer) {
      String limited = rest.substring(1);
      String[] behind = limited.substring(Program.limitEnd(limited, timer)).split(",", 3);
      return new Position(new Counts(Long.parseLong(behind[1]) + Counts.LUMP, 0, 0), behind[2]);
    }

    /** From {@code parallelism,body} to the body, with the item that it is for at its end. */
    private Position withIndex(int index) {
      return new Position(counts, rest.split(",", 2)[1] + "#" + index);
    }
  }

  /** The item of a list that stands there. */
  static Payload item(int index) {
    return Payload.ofJson(String.valueOf(7 * index));
  }
}
