package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.client.CloudEvent;
import io.corale.model.InvocationId;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale event send}. */
@Command(
    name = "send",
    description = {
      "Announces an event to all that listen for it.",
      "These are invocations, and schedules of compositions that it begins.",
      "",
      "With --to it is for one invocation, which keeps it until it listens for it or ends.",
      "With --id the same command may be given again safely, also after a failure: for ten",
      "minutes the event is remembered, and announced once."
    })
final class EventSendCommand implements Callable<Integer> {
  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "What it tells of, such as com.example.paid.")
  private @Nullable String type;

  @Option(
      names = "--file",
      paramLabel = "FILE|-",
      description =
          "The whole event in the JSON format of CloudEvents; other options replace parts.")
  private @Nullable String file;

  @Option(
      names = "--to",
      paramLabel = "INVOCATION",
      description = "Whom it is for (default: all who listen).")
  private @Nullable String to;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Names the event at its source; the same id is the same event.")
  private @Nullable String id;

  @Option(
      names = "--source",
      paramLabel = "URI",
      description = "Where it comes from (default: " + CloudEvent.SOURCE + ").")
  private @Nullable String source;

  @Option(names = "--subject", paramLabel = "TEXT", description = "What it is about.")
  private @Nullable String subject;

  @Option(
      names = {"-d", "--data"},
      paramLabel = "JSON|@FILE|-",
      description = "Its data: JSON, a file after '@', or '-' for standard input.")
  private @Nullable String data;

  @Option(
      names = "--attribute",
      paramLabel = "NAME=VALUE",
      description = "Another attribute; may be repeated.")
  private Map<String, String> attributes = new TreeMap<>();

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  EventSendCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    Optional<InvocationId> addressee = Optional.ofNullable(to).map(Ids::parse);
    String name = id == null && file == null ? UUID.randomUUID().toString() : id;
    CloudEvent event = event(name);
    try (Client client = connection.ownersClient()) {
      Door.Announced announced =
          Replies.value(
              addressee.isPresent()
                  ? client.announce(event, addressee.get())
                  : client.announce(event));
      print(announced, Optional.ofNullable(name), addressee);
      return Exit.OK;
    }
  }

  private CloudEvent event(@Nullable String name) {
    if (type == null && file == null) {
      throw CliFailure.usage("say what it is: --type, or --file");
    }
    try {
      CloudEvent event =
          file == null
              ? CloudEvent.of(String.valueOf(type))
              : CloudEvent.parse(Sources.read(file, connection.surroundings().in()));
      event = file == null || type == null ? event : event.with("type", type);
      event = name == null ? event : event.withId(name);
      event = source == null ? event : event.withSource(source);
      event = subject == null ? event : event.withSubject(subject);
      for (Map.Entry<String, String> attribute : attributes.entrySet()) {
        event = event.with(attribute.getKey(), attribute.getValue());
      }
      return data == null ? event : event.withData(data(data));
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private String data(String text) {
    if (!text.equals("-") && !text.startsWith("@")) {
      return text;
    }
    return Sources.read(text.equals("-") ? "-" : text.substring(1), connection.surroundings().in());
  }

  private void print(
      Door.Announced announced, Optional<String> name, Optional<InvocationId> addressee) {
    PrintWriter out = connection.out();
    if (output.isJson()) {
      Json.print(
          out,
          Json.object()
              .put("id", name.orElse(""))
              .put("reached", announced.getReached())
              .put("knownAlready", announced.getKnownAlready())
              .put("index", announced.getIndex()));
      return;
    }
    String what = name.map(event -> "event " + event).orElse("the event");
    String reached =
        announced.getReached() > 0
            ? "reached "
                + announced.getReached()
                + (announced.getReached() == 1 ? " listener" : " listeners")
            : addressee
                .map(id -> "is kept by " + id + " until it listens")
                .orElse("reached nobody");
    out.println(
        what + (announced.getKnownAlready() ? " was announced before: it " : " ") + reached);
    out.flush();
  }
}
