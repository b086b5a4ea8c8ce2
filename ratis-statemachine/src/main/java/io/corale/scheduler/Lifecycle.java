package io.corale.scheduler;

import io.corale.model.Ending;
import io.corale.model.Event;
import io.corale.model.Payload;
import io.corale.model.Problem;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells of the beginnings and ends of invocations, where their composition asks for it: by events
 * of the standard's types, which are announced in the entry in which that happens.
 *
 * <p>What began by such an event, or is run by what did, tells nothing of itself. So nothing goes
 * round for ever because somebody listens to everything.
 */
final class Lifecycle {
  /** With which the types of these events begin. */
  private static final String FAMILY = "io.serverlessworkflow.";

  private final Records records;
  private final Definitions definitions;

  Lifecycle(Records records, Definitions definitions) {
    this.records = records;
    this.definitions = definitions;
  }

  /** What is to be announced of an invocation. */
  record Told(Event event, Invocation.Descent of) {}

  /**
   * What happened to it, and when, in the words of the standard, with what else there is to say.
   */
  private record Happening(String word, String at, String more) {
    Happening shortly() {
      return new Happening(word, at, "");
    }
  }

  /** Whether an event tells of an invocation, or says so. */
  static boolean isTold(Event event) {
    return event.type().startsWith(FAMILY);
  }

  /** An invocation was recorded. */
  void started(Pass pass, Invocation invocation) {
    tell(pass, invocation, () -> new Happening("started", "startedAt", ""));
  }

  /** An invocation has ended. */
  void ended(Pass pass, Invocation invocation) {
    tell(pass, invocation, () -> happening(invocation.ended().orElseThrow().ending()));
  }

  private static Happening happening(Ending how) {
    if (how instanceof Ending.Completed completed) {
      String output = ",\"output\":" + completed.output().json();
      return new Happening("completed", "completedAt", output);
    }
    return how instanceof Ending.Faulted faulted
        ? new Happening("faulted", "faultedAt", ",\"error\":" + json(faulted.problem()))
        : new Happening("cancelled", "cancelledAt", "");
  }

  /** Most compositions tell nothing: only for those that do is it put into words. */
  private void tell(Pass pass, Invocation invocation, Supplier<Happening> what) {
    Invocation.Submission of = invocation.submission();
    Optional<String> namespace = definitions.tellsIn(of.composition());
    if (namespace.isPresent() && !of.descent().isQuiet()) {
      Happening happening = what.get();
      Event event = event(of, namespace.get(), happening, pass.nowMicros());
      // An output that leaves no room for what is said about it is left out.
      pass.tell(
          new Told(
              event.content().fitsInline()
                  ? event
                  : event(of, namespace.get(), happening.shortly(), pass.nowMicros()),
              of.descent()));
    }
  }

  private Event event(
      Invocation.Submission of, String namespace, Happening happening, long nowMicros) {
    String id = life(of) + "/" + happening.word();
    String source = "/" + namespace + "/" + of.composition().name();
    String type = FAMILY + "workflow." + happening.word() + ".v1";
    long wallMillis = of.acceptedWallMillis() + (nowMicros - of.acceptedMicros()) / 1_000;
    String time = quoted(Instant.ofEpochMilli(wallMillis).toString());
    String data =
        "{\"name\":"
            + quoted(of.id().value())
            + ",\"definition\":{\"namespace\":"
            + quoted(namespace)
            + ",\"name\":"
            + quoted(of.composition().name())
            + ",\"version\":"
            + quoted(of.composition().version())
            + "},"
            + quoted(happening.at())
            + ":"
            + time
            + happening.more()
            + "}";
    String content =
        "{\"specversion\":\"1.0\",\"id\":"
            + quoted(id)
            + ",\"source\":"
            + quoted(source)
            + ",\"type\":"
            + quoted(type)
            + ",\"subject\":"
            + quoted(of.id().value())
            + ",\"time\":"
            + time
            + ",\"datacontenttype\":\"application/json\",\"data\":"
            + data
            + "}";
    return new Event(id, source, type, of.id().value(), Payload.ofJson(content));
  }

  /** Where ids may come again, what no other invocation has. */
  private String life(Invocation.Submission of) {
    return records.mayIdsComeAgain() ? of.id() + "/" + of.acceptedWallMillis() : of.id().value();
  }

  private static String json(Problem problem) {
    return "{\"type\":"
        + quoted(problem.type())
        + ",\"status\":"
        + problem.status()
        + ",\"title\":"
        + quoted(problem.title())
        + ",\"detail\":"
        + quoted(problem.detail())
        + ",\"instance\":"
        + quoted(problem.instance())
        + "}";
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
