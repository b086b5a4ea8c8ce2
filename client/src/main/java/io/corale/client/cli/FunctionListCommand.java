package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.model.FunctionRef;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale function list}. */
@Command(name = "list", description = "Lists the functions of the owner's catalog.")
final class FunctionListCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  FunctionListCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      List<FunctionRef> functions = Replies.value(client.functions());
      if (output.isJson()) {
        Json.print(connection.out(), json(functions));
      } else {
        Table table = new Table("FUNCTION", "VERSION");
        functions.forEach(each -> table.row(each.name(), each.version()));
        table.print(connection.out());
      }
      return Exit.OK;
    }
  }

  private static ObjectNode json(List<FunctionRef> functions) {
    ObjectNode node = Json.object();
    ArrayNode list = node.putArray("functions");
    functions.forEach(
        each -> list.addObject().put("function", each.name()).put("version", each.version()));
    return node;
  }
}
