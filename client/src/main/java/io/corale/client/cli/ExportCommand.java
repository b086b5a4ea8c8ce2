package io.corale.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.client.Client;
import io.corale.client.Reply;
import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.wire.Door;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale export}. */
@Command(
    name = "export",
    description = {
      "Writes all invocations that the owner's cell remembers, one JSON object in each line, in the"
          + " order in which they were accepted.",
      "An invocation is remembered while it runs, and after its end for as long as its caller may"
          + " ask again."
    })
final class ExportCommand implements Callable<Integer> {
  private static final int PAGE = 1_000;

  @Option(
      names = "--traces",
      description = "With what happened to each, as corale trace shows it: a request for each.")
  private boolean withTraces;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "A new file for them (default: standard output).")
  private Optional<Path> file = Optional.empty();

  @Mixin private final InvocationFilter filter = new InvocationFilter();
  @Mixin private final ConnectionOptions connection;

  ExportCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    Door.ListInvocations.Builder query = filter.query().setLimit(PAGE);
    try (Client client = connection.ownersClient()) {
      if (file.isEmpty()) {
        export(client, query, connection.out());
      } else {
        exportTo(file.get(), client, query);
      }
    }
    return Exit.OK;
  }

  private void exportTo(Path path, Client client, Door.ListInvocations.Builder query) {
    try (PrintWriter out =
        new PrintWriter(
            Files.newBufferedWriter(path, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW))) {
      export(client, query, out);
    } catch (FileAlreadyExistsException e) {
      throw CliFailure.usage("--out " + path + ": there is such a file already");
    } catch (IOException e) {
      throw CliFailure.usage("--out " + path + " cannot be written: " + Sources.reason(e));
    }
  }

  private void export(Client client, Door.ListInvocations.Builder query, PrintWriter out) {
    long written = 0;
    boolean isLast = false;
    while (!isLast) {
      Door.InvocationList page = Replies.value(client.list(query.build()));
      for (Door.InvocationStatus status : page.getInvocationsList()) {
        Json.printLine(out, withTraces ? traced(client, status) : Json.status(status));
      }
      if (out.checkError()) {
        throw CliFailure.usage("nothing could be written after " + written + " invocations");
      }
      written += page.getInvocationsCount();
      isLast = page.getNext().isEmpty();
      query.setAfter(page.getNext());
      connection.err().println(written + " invocations" + (isLast ? "" : " so far"));
    }
  }

  /** Its trace; its status alone where it has been forgotten since the page was read. */
  private static JsonNode traced(Client client, Door.InvocationStatus status) {
    Reply<Door.TraceReport> trace = client.trace(new InvocationId(status.getInvocation())).join();
    boolean isForgotten =
        trace instanceof Reply.Refused<Door.TraceReport> refused
            && refused.refusal().code() == Refusal.Code.NOT_FOUND;
    return isForgotten
        ? Json.status(status)
        : Json.trace(Replies.value(CompletableFuture.completedFuture(trace)));
  }
}
